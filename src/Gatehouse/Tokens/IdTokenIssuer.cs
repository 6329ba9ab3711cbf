// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.3.3: successful token response, §12.2)
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Writes the ID token that belongs to an access token.</summary>
internal sealed class IdTokenIssuer(KeyRing keys, UserClaims users, PairwiseSubject subjects, IOptions<GatehouseOptions> options)
{
    private readonly TimeSpan lifetime = options.Value.IdTokenLifetime;

    /// <summary>
    /// Where the user signed in to us, for a client that asked who it was. Not for the password grant: OpenID Connect knows no such flow, there was no authentication request that the token
    /// could answer, and a client that saw the password needs no proof of who typed it.
    /// </summary>
    public static bool Applies(AuthorizedGrant grant, Scopes scopes) => grant is { SignIn: not null, Subject: not null } && scopes.Contains(StandardScopes.OpenId);

    public async ValueTask<Result<string>> IssueAsync(AuthorizedGrant grant, string accessToken, string issuer, DateTimeOffset now, CancellationToken ct)
    {
        var client = grant.Client;
        // Only what was asked for by name: scopes speak of userinfo, where there is an access token to ask it with (§5.4).
        var requested = ClaimsRequest.Read(grant.ClaimsRequest).IdToken.Keys.ToHashSet(StringComparer.Ordinal);
        var claims = await users.FindAsync(grant.Subject!, client, requested, grant.ClaimsLocales, grant.Claims, ct);
        var algorithm = client.IdTokenSignedResponseAlg;
        var ring = await keys.GetAsync(algorithm, ct);
        return IdToken.Write(ring.For(algorithm), new(issuer, subjects.Of(client, grant.Subject!), grant, accessToken, claims, now, lifetime));
    }
}
