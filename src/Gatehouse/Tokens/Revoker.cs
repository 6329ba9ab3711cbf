using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>Ends things for endpoints: in the store first, then in this process's cache.</summary>
internal sealed class Revoker(IProtocolStore store, AccessTokenCache cache, TimeProvider clock)
{
    public async ValueTask RevokeFamilyAsync(Guid familyId, CancellationToken ct)
    {
        await store.RevokeFamilyAsync(familyId, clock.GetUtcNow(), ct);
        cache.ForgetFamily(familyId, clock.GetUtcNow());
    }

    /// <summary>Spends one artifact for nothing. Losing the race means that somebody else ended it, which is as good.</summary>
    public async ValueTask RevokeAloneAsync(Artifact artifact, CancellationToken ct)
    {
        await store.TryRedeemAsync(artifact, [], receipt: null, clock.GetUtcNow(), ct);
        cache.Forget(artifact.Id);
    }
}
