using Gatehouse.Diagnostics;
using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>Ends things for endpoints: in the store first, then in the cache, where it also ends if the store's answer was lost: it may have been done, and to look again costs little.</summary>
internal sealed class Revoker(IProtocolStore store, IAccessTokenCache cache, Metrics metrics, TimeProvider clock)
{
    /// <param name="familyId">The family.</param>
    /// <param name="reason">For whom or what it ends, in one word that is counted.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask RevokeFamilyAsync(Guid familyId, string reason, CancellationToken ct)
    {
        using var span = Tracing.Span("store revoke");
        try
        {
            await store.RevokeFamilyAsync(familyId, clock.GetUtcNow(), ct);
            metrics.Revoked(1, reason);
        }
        finally
        {
            await cache.ForgetFamilyAsync(familyId);
        }
    }

    /// <summary>Ends everything that a client may do for a subject, in one write. Returns how many families that were.</summary>
    public async ValueTask<int> RevokeClientAsync(string subject, string clientId, CancellationToken ct)
    {
        try
        {
            var ended = await store.RevokeFamiliesAsync(subject, clientId, clock.GetUtcNow(), ct);
            metrics.Revoked(ended, "user");
            return ended;
        }
        finally
        {
            await cache.ForgetSubjectAsync(subject);
        }
    }

    /// <summary>Spends one artifact for nothing. Losing the race means that somebody else ended it, which is as good.</summary>
    public async ValueTask RevokeAloneAsync(Artifact artifact, CancellationToken ct)
    {
        try
        {
            await store.TryRedeemAsync(artifact, [], receipt: null, clock.GetUtcNow(), ct);
        }
        finally
        {
            await cache.ForgetAsync(artifact.Id);
        }
    }
}
