using System.Collections.Concurrent;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Reference tokens that this process looked up a moment ago. Off unless <see cref="GatehouseOptions.CacheAccessTokens"/> is set. A revocation on this node takes effect at once; one on another node when
/// this one hears of it (<see cref="StoreChanges"/>), and after <see cref="GatehouseOptions.AccessTokenCacheLifetime"/> if it never does. That bound hangs on nothing else: no message, no database, no clock.
/// </summary>
internal sealed class AccessTokenCache
{
    private const int MaxEntries = 100_000;

    private readonly TimeSpan lifetime;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Endings<Guid> families;
    private readonly Endings<string> tokens;

    public AccessTokenCache(IOptions<GatehouseOptions> options, StoreChanges changes, TimeProvider clock)
    {
        (lifetime, this.clock) = (options.Value.CacheAccessTokens ? options.Value.AccessTokenCacheLifetime : TimeSpan.Zero, clock);
        (families, tokens) = (new(clock), new(clock));
        if (!IsOn) return;
        changes.FamilyRevoked += ForgetFamily;
        changes.TokenRevoked += Forget;
        // Tokens that are known by their family cannot be told apart by session; the cache is small, and signing out is rare.
        changes.SessionRevoked += _ => Clear();
        changes.AllRevoked += Clear;
    }

    public bool IsOn => lifetime > TimeSpan.Zero;

    private sealed record Entry(AccessToken Token, Moment ReadAt);

    public AccessToken? Find(string id, Moment now)
    {
        if (!IsOn || !entries.TryGetValue(id, out var entry)) return null;
        if (IsGood(entry, now)) return entry.Token;
        entries.TryRemove(new(id, entry));
        return null;
    }

    /// <summary>Keeps a reference token as it was read, so that the next call neither looks it up nor parses it.</summary>
    /// <param name="token">As it was read.</param>
    /// <param name="readAt">Before it was read: what is revoked while it is being read must not be kept.</param>
    public void Add(AccessToken token, Moment readAt)
    {
        if (!IsOn) return;
        if (entries.Count >= MaxEntries) Trim();
        entries[token.Id] = new(token, readAt);
    }

    public void Forget(string id)
    {
        if (IsOn) tokens.Add(id);
    }

    public void ForgetFamily(Guid familyId)
    {
        if (IsOn) families.Add(familyId);
    }

    public void Clear()
    {
        if (!IsOn) return;
        // In this order: what is added meanwhile was read before this moment, and is found to be old.
        tokens.AddAll();
        entries.Clear();
    }

    private bool IsGood(Entry entry, Moment now) =>
        entry.ReadAt.AgeAt(now, clock) < lifetime && !tokens.Concern(entry.Token.Id, entry.ReadAt) && !(entry.Token.FamilyId is { } family && families.Concern(family, entry.ReadAt));

    private void Trim()
    {
        var now = Moment.Now(clock);
        foreach (var (id, entry) in entries)
            if (!IsGood(entry, now)) entries.TryRemove(new(id, entry));
        if (entries.Count >= MaxEntries) entries.Clear();
    }
}
