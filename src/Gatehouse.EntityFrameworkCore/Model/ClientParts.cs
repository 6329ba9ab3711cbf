using Gatehouse.Storage;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>What lists clients: their order, and how the parts of one come together.</summary>
internal static class ClientParts
{
    /// <summary>Those after one, in the ordinal order of .NET, which is SQLite's; PostgreSQL has the order of some language if it is not asked for another one.</summary>
    public static IQueryable<string> After(this IQueryable<string> ids, string after, DbContext context) => context.Database.IsNpgsql()
        ? ids.Where(id => string.Compare(EF.Functions.Collate(id, "C"), after) > 0).OrderBy(id => EF.Functions.Collate(id, "C"))
        : ids.Where(id => string.Compare(id, after) > 0).OrderBy(id => id);

    /// <summary>Adds a row, which belongs to the last client or begins the next one.</summary>
    public static void AddPart(this List<ClientAccess> clients, string clientId, string? scope, long since, long? lastUsedAt)
    {
        if (clients is not [.., var last] || last.ClientId != clientId) clients.Add(last = new(clientId, "", since.ToInstant(), null));
        clients[^1] = last.And(scope, since.ToInstant(), lastUsedAt?.ToInstant());
    }
}
