// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: id_token_hint)
using Gatehouse.Clients;
using Gatehouse.Keys;

namespace Gatehouse.Tokens;

/// <summary>Whom an ID token of ours is about.</summary>
/// <param name="Client">To whom it was issued.</param>
/// <param name="Subject">The user, as the app knows them.</param>
/// <param name="SessionId">The <c>sid</c>; null if it has none.</param>
internal sealed record IdTokenHint(Client Client, string Subject, string? SessionId);

/// <summary>Reads ID tokens that come back as hints.</summary>
internal sealed class IdTokenHints(KeyRing keys, ClientCache clients, PairwiseSubject subjects)
{
    /// <summary>
    /// Null for anything but an ID token that we issued to a client that still exists. One that has expired still says whom the client means (§3.1.2.1, RP-Initiated Logout §4); a signed
    /// userinfo answer looks alike, but was never about a sign-in, and has no <c>exp</c> to tell.
    /// </summary>
    public async ValueTask<IdTokenHint?> ReadAsync(string text, string issuer, CancellationToken ct)
    {
        if (await JwtReader.ReadAsync(keys, text, IdToken.Type, issuer, ct) is not { } payload || !payload.TryGetProperty("exp", out _) || !payload.TryGetProperty("at_hash", out _)) return null;
        if (await clients.FindAsync(payload.GetProperty("aud").GetString()!, ct) is not { } client) return null;
        return subjects.Find(client, payload.GetProperty("sub").GetString()!) is { } subject
            ? new(client, subject, payload.TryGetProperty("sid", out var session) ? session.GetString() : null) : null;
    }
}
