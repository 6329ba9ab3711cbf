using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Server.Accounts;

/// <summary>The one-time link by which whoever started the server becomes its administrator. 256 random bits, stored hashed, for one use and one day.</summary>
internal sealed class SetupLink(IProtocolStore store, TimeProvider clock)
{
    private const string Prefix = "gtl_", Kind = "administrator_setup", Owner = "gatehouse-server";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>A new one. Those before it are dead: nobody knows any more who saw them.</summary>
    public async Task<string> NewAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await store.RevokeFamiliesAsync(subject: null, Owner, now, ct);
        var handle = Handle.New(Prefix);
        var family = new Family(Guid.CreateVersion7(now), Owner, null, now, now + Lifetime);
        await store.StartAsync(family, [new(handle.Id, Kind, family.Id, Owner, null, handle.SecretHash(), "{}", family.ExpiresAt)], ct);
        return handle.Reveal();
    }

    /// <summary>Null if it is not one of ours, was used, or is too old.</summary>
    public async Task<Artifact?> FindAsync(string? token, CancellationToken ct) =>
        Handle.TryParse(Prefix, token) is { } handle && await store.FindAsync(handle.Id, ct) is { Kind: Kind, SpentAt: null } link
        && link.ExpiresAt > clock.GetUtcNow() && handle.Matches(link.SecretHash.Span) ? link : null;

    /// <summary>True for the one who was first.</summary>
    public ValueTask<bool> TryRedeemAsync(Artifact link, CancellationToken ct) => store.TryRedeemAsync(link, [], receipt: null, clock.GetUtcNow(), ct);
}
