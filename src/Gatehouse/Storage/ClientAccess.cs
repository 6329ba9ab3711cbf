using Gatehouse.Protocol;

namespace Gatehouse.Storage;

/// <summary>What one client holds of one subject: all of its living families together, however many there are.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Scope">Whatever any of them was granted, each scope once, in ordinal order, separated by spaces; empty if none.</param>
/// <param name="Since">When the first of them began.</param>
/// <param name="LastUsedAt">When one of them was last used, to the minute or so; null if never, or not yet recorded.</param>
public sealed record ClientAccess(string ClientId, string Scope, DateTimeOffset Since, DateTimeOffset? LastUsedAt)
{
    /// <summary>This and more of the same client, for a store that reads it in parts: one for each scope, for example.</summary>
    /// <param name="scope">Separated by spaces, in any order; may be null.</param>
    /// <param name="since">When that part began.</param>
    /// <param name="lastUsedAt">When it was last used, or null.</param>
    public ClientAccess And(string? scope, DateTimeOffset since, DateTimeOffset? lastUsedAt) => this with
    {
        Scope = string.IsNullOrEmpty(scope) || scope == Scope ? Scope : Scopes.Of([.. Scopes.Read(Scope).Tokens.Concat(scope.Split(' ')).Order(StringComparer.Ordinal)]).ToString(),
        Since = since < Since ? since : Since,
        LastUsedAt = LastUsedAt is null || lastUsedAt > LastUsedAt ? lastUsedAt ?? LastUsedAt : LastUsedAt,
    };
}
