using Gatehouse.Diagnostics;
using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>Ends things for endpoints: in the store first, then in this process's cache.</summary>
internal sealed class Revoker(IProtocolStore store, AccessTokenCache cache, Metrics metrics, TimeProvider clock)
{
    /// <param name="familyId">The family.</param>
    /// <param name="reason">For whom or what it ends, in one word that is counted.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask RevokeFamilyAsync(Guid familyId, string reason, CancellationToken ct)
    {
        using var span = Tracing.Span("store revoke");
        await store.RevokeFamilyAsync(familyId, clock.GetUtcNow(), ct);
        cache.ForgetFamily(familyId);
        metrics.Revoked(1, reason);
    }

    /// <summary>Ends everything that a client may do for a subject, in one write. Returns how many families that were.</summary>
    public async ValueTask<int> RevokeClientAsync(string subject, string clientId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var families = await store.ListFamiliesAsync(subject, now, ct);
        var ended = await store.RevokeFamiliesAsync(subject, clientId, now, ct);
        foreach (var family in families)
            if (family.ClientId == clientId) cache.ForgetFamily(family.Id);
        metrics.Revoked(ended, "user");
        return ended;
    }

    /// <summary>Spends one artifact for nothing. Losing the race means that somebody else ended it, which is as good.</summary>
    public async ValueTask RevokeAloneAsync(Artifact artifact, CancellationToken ct)
    {
        await store.TryRedeemAsync(artifact, [], receipt: null, clock.GetUtcNow(), ct);
        cache.Forget(artifact.Id);
    }
}
