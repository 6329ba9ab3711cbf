using System.Xml.Linq;
using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Data Protection's keys in a table, so that all nodes have the same. Its interface is synchronous; it is asked at start, and about once a day after that.</summary>
internal sealed class EntityFrameworkXmlRepository<TContext>(ContextSource<TContext> contexts, TimeProvider clock) : IXmlRepository where TContext : DbContext
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var lease = contexts.Lease(out var context);
        return [.. context.Set<DataProtectionKeyRow>().AsNoTracking().OrderBy(row => row.CreatedAt).Select(row => row.Xml).ToList().Select(XElement.Parse)];
    }

    /// <summary>Whatever has this name already stays: it is the same key.</summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        using var lease = contexts.Lease(out var context);
        var sql = $"INSERT INTO {context.TableOf<DataProtectionKeyRow>()} (id, xml, created_at) VALUES ({{0}}, {{1}}, {{2}}) ON CONFLICT DO NOTHING";
        context.Database.ExecuteSqlRaw(sql, friendlyName, element.ToString(SaveOptions.DisableFormatting), clock.GetUtcNow().ToMilliseconds());
    }
}
