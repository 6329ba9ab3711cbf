using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Reference tokens that this process looked up a moment ago. Off unless <see cref="GatehouseOptions.AccessTokenCacheLifetime"/> is set: then a revocation on another
/// node takes effect after at most that long; one on this node takes effect at once.
/// </summary>
internal sealed class AccessTokenCache(IOptions<GatehouseOptions> options)
{
    private const int MaxEntries = 100_000;

    private readonly TimeSpan lifetime = options.Value.AccessTokenCacheLifetime;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> revoked = new();

    public bool IsOn => lifetime > TimeSpan.Zero;

    private sealed record Entry(AccessToken Token, DateTimeOffset Until);

    public AccessToken? Find(string id, DateTimeOffset now)
    {
        if (lifetime <= TimeSpan.Zero || !entries.TryGetValue(id, out var entry)) return null;
        if (entry.Until > now) return entry.Token;
        entries.TryRemove(id, out _);
        return null;
    }

    /// <summary>Keeps a reference token as it was read, so that the next call neither looks it up nor parses it.</summary>
    public void Add(AccessToken token, DateTimeOffset now)
    {
        if (lifetime <= TimeSpan.Zero) return;
        if (entries.Count >= MaxEntries) Trim(now);
        entries[token.Id] = new(token, now + lifetime);
        // Read before a revocation and added after it: whoever revoked cannot have seen this entry, so it looks for the revocation itself.
        if (token.FamilyId is { } family && revoked.ContainsKey(family)) entries.TryRemove(token.Id, out _);
    }

    public void Forget(string id) => entries.TryRemove(id, out _);

    public void ForgetFamily(Guid familyId, DateTimeOffset now)
    {
        if (lifetime <= TimeSpan.Zero) return;
        revoked[familyId] = now;
        foreach (var (id, entry) in entries)
            if (entry.Token.FamilyId == familyId) entries.TryRemove(id, out _);
        foreach (var (family, at) in revoked)
            if (now - at > TimeSpan.FromMinutes(2)) revoked.TryRemove(family, out _);
    }

    public void Clear() => entries.Clear();

    private void Trim(DateTimeOffset now)
    {
        foreach (var (id, entry) in entries)
            if (entry.Until <= now) entries.TryRemove(id, out _);
        if (entries.Count >= MaxEntries) entries.Clear();
    }
}
