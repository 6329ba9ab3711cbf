// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.3.3: successful token response, §12.2)
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Writes the ID token that belongs to an access token.</summary>
internal sealed class IdTokenIssuer(KeyRing keys, UserClaims users, ScopeClaims scopes, PairwiseSubject subjects, ClientEncryption encryption, IOptions<GatehouseOptions> options)
{
    private readonly TimeSpan lifetime = options.Value.IdTokenLifetime;

    /// <summary>
    /// Where the user signed in to us, for a client that asked who it was. Not for the password grant: OpenID Connect knows no such flow, there was no authentication request that the token
    /// could answer, and a client that saw the password needs no proof of who typed it.
    /// </summary>
    public static bool Applies(AuthorizedGrant grant, Scopes scopes) => grant is { SignIn: not null, Subject: not null } && scopes.Contains(StandardScopes.OpenId);

    public async ValueTask<Result<string>> IssueAsync(AuthorizedGrant grant, Scopes granted, string accessToken, string issuer, DateTimeOffset now, CancellationToken ct)
    {
        var client = grant.Client;
        // What was asked for by name. Scopes speak of userinfo, where there is an access token to ask it with (§5.4), unless the client is registered to hear it here.
        var requested = ClaimsRequest.Read(grant.ClaimsRequest).IdToken.Keys;
        var names = scopes.NamesFor(client, client.ScopeClaimsInIdToken ? granted : Scopes.None, requested);
        var claims = await users.FindAsync(grant.Subject!, client, names, grant.ClaimsLocales, grant.Claims, ct);
        var algorithm = client.IdTokenSignedResponseAlg;
        var ring = await keys.GetAsync(algorithm, ct);
        var signed = await IdToken.WriteAsync(ring.For(algorithm), new(issuer, subjects.Of(client, grant.Subject!), grant, accessToken, claims, now, lifetime), ct);
        return client.IdTokenEncryptedResponseAlg is { } encrypted ? await encryption.EncryptAsync(client, signed, encrypted, client.IdTokenEncryptedResponseEnc, ct) : signed;
    }
}
