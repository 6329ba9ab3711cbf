using System.Xml.Linq;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Data Protection's keys in a table, so that all nodes have the same. Its interface is synchronous; it is asked at start, and about once a day after that.</summary>
internal sealed class EntityFrameworkXmlRepository<TContext>(PlainSql<TContext> plain, TimeProvider clock) : IXmlRepository
{
    private string ListSql => field ??= $"SELECT xml FROM {plain.TableOf<DataProtectionKeyRow>()} ORDER BY created_at";

    private string StoreSql => field ??= $"INSERT INTO {plain.TableOf<DataProtectionKeyRow>()} (id, xml, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    public IReadOnlyCollection<XElement> GetAllElements() =>
        plain.ReadAsync(ListSql, static row => XElement.Parse(row.GetString(0)), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Whatever has this name already stays: it is the same key.</summary>
    public void StoreElement(XElement element, string friendlyName) =>
        plain.WriteAsync(StoreSql, [[friendlyName, element.ToString(SaveOptions.DisableFormatting), clock.GetUtcNow().ToMilliseconds()]], CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
