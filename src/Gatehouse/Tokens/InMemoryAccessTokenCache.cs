using System.Collections.Concurrent;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Reference tokens that this process looked up a moment ago. Off unless <see cref="GatehouseOptions.CacheAccessTokens"/> is set. A revocation on this node takes effect at once; one on another node when
/// this one hears of it (<see cref="StoreChanges"/>), and after <see cref="GatehouseOptions.AccessTokenCacheLifetime"/> if it never does. That bound hangs on nothing else: no message, no database, no clock.
/// </summary>
internal sealed class InMemoryAccessTokenCache : IAccessTokenCache
{
    private const int MaxEntries = 100_000;

    private readonly TimeSpan lifetime;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Endings<Guid> families;
    private readonly Endings<string> tokens, subjects;

    public InMemoryAccessTokenCache(IOptions<GatehouseOptions> options, StoreChanges changes, TimeProvider clock)
    {
        (lifetime, this.clock) = (options.Value.CacheAccessTokens ? options.Value.AccessTokenCacheLifetime : TimeSpan.Zero, clock);
        (families, tokens, subjects) = (new(clock), new(clock), new(clock));
        if (!IsOn) return;
        changes.FamilyRevoked += ForgetFamily;
        changes.TokenRevoked += Forget;
        changes.SubjectRevoked += ForgetSubject;
        changes.AllRevoked += Clear;
    }

    public string Name => "access_tokens";

    public bool IsOn => lifetime > TimeSpan.Zero;

    private sealed record Entry(StoredAccessToken Token, Moment ReadAt);

    public ValueTask<TokenLookup> FindAsync(string id, CancellationToken ct)
    {
        var now = Moment.Now(clock);
        if (!IsOn || !entries.TryGetValue(id, out var entry)) return new(new TokenLookup(null, now));
        if (IsGood(entry, now)) return new(new TokenLookup(entry.Token, now));
        entries.TryRemove(new(id, entry));
        return new(new TokenLookup(null, now));
    }

    public void Keep(StoredAccessToken token, TokenLookup before)
    {
        if (!IsOn) return;
        if (entries.Count >= MaxEntries) Trim();
        entries[token.Artifact.Id] = new(token, before.AskedAt);
    }

    public ValueTask ForgetAsync(string id)
    {
        Forget(id);
        return default;
    }

    public ValueTask ForgetFamilyAsync(Guid familyId)
    {
        ForgetFamily(familyId);
        return default;
    }

    public ValueTask ForgetSubjectAsync(string? subject)
    {
        if (subject is null) Clear();
        else ForgetSubject(subject);
        return default;
    }

    private void Forget(string id)
    {
        if (IsOn) tokens.Add(id);
    }

    private void ForgetFamily(Guid familyId)
    {
        if (IsOn) families.Add(familyId);
    }

    private void ForgetSubject(string subject)
    {
        if (IsOn) subjects.Add(subject);
    }

    private void Clear()
    {
        if (!IsOn) return;
        // In this order: what is added meanwhile was read before this moment, and is found to be old.
        tokens.AddAll();
        entries.Clear();
    }

    private bool IsGood(Entry entry, Moment now)
    {
        var artifact = entry.Token.Artifact;
        return entry.ReadAt.AgeAt(now, clock) < lifetime && !tokens.Concern(artifact.Id, entry.ReadAt) && !families.Concern(artifact.FamilyId, entry.ReadAt)
            && (artifact.Subject is not { } subject || !subjects.Concern(subject, entry.ReadAt));
    }

    private void Trim()
    {
        var now = Moment.Now(clock);
        foreach (var (id, entry) in entries)
            if (!IsGood(entry, now)) entries.TryRemove(new(id, entry));
        if (entries.Count >= MaxEntries) entries.Clear();
    }
}
