using Gatehouse.Diagnostics;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Tokens that exist nowhere yet but here: the answer, and what the store must know before it may be sent.</summary>
internal sealed record IssuedTokens(ReadOnlyMemory<byte> Answer, IReadOnlyList<Artifact> Artifacts, Artifact? RefreshToken);

/// <summary>Turns a decision into tokens. Nothing is stored and nothing is sent, so what cannot be issued costs nothing.</summary>
internal sealed class TokenIssuer(
    ResourceCatalog resources, KeyRing keys, IdTokenIssuer idTokens, ScopeClaims scopeClaims, UserClaims users, PairwiseSubject subjects, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private readonly GatehouseOptions options = options.Value;

    public async ValueTask<Result<IssuedTokens>> IssueAsync(Decision.Issue decision, string issuer, CancellationToken ct)
    {
        using var span = Tracing.Span("token issue");
        var (grant, now) = (decision.Grant, clock.GetUtcNow());
        if (subjects.Problem(grant.Client) is { } problem) return problem;
        var resource = resources.Find(decision.Resource);
        var scopes = ScopesAt(resource, decision.Requested);
        var artifacts = new List<Artifact>(2);
        var refreshable = MayRefresh(grant, now);
        var claims = resource.Claims.Count == 0 || grant.Subject is null ? grant.Claims : await WithClaimsOfAsync(resource, grant, ct);

        string accessToken;
        if (resource.IsJwt)
            accessToken = await JwtAccessToken.WriteAsync((await keys.GetAsync(Jwa.ES256, ct)).Current, new(
                issuer, grant.Subject is null ? null : subjects.Of(grant.Client, grant.Subject), resources.AudiencesOf(resource.Identifier, scopes, issuer), grant, HasFamily: refreshable || decision.Spends is not null, scopes, claims, now, resource.Lifetime), ct);
        else
        {
            var handle = Handle.New(ReferenceAccessToken.Prefix);
            artifacts.Add(ReferenceAccessToken.Write(handle, grant, scopes, resource.Identifier, claims, now, resource.Lifetime));
            accessToken = handle.Reveal();
        }

        Artifact? refreshToken = null;
        string? refresh = null;
        if (refreshable)
        {
            var handle = Handle.New(Tokens.RefreshToken.Prefix);
            artifacts.Add(refreshToken = Tokens.RefreshToken.Write(handle, grant, options.RefreshTokenIdleLifetime, now));
            refresh = handle.Reveal();
        }

        string? idToken = null;
        // What the client may know is decided by its scopes, whatever resource the access token is for.
        if (IdTokenIssuer.Applies(grant, decision.Requested) && !(await idTokens.IssueAsync(grant, decision.Requested, accessToken, issuer, now, ct)).Succeeded(out idToken, out var error)) return error;

        var answer = TokenResponse.Write(accessToken, resource.Lifetime, refresh, idToken,
            decision.ScopeDiffers || !ReferenceEquals(scopes, decision.Requested) ? scopes : null,
            SpeaksOfUserId(grant) ? grant.Subject : null);
        return new IssuedTokens(answer, artifacts, refreshToken);
    }

    /// <summary>A client has one access token: asking for <c>openid</c> makes it one for userinfo too (OpenID Connect Core §5.3), whatever resource it is for.</summary>
    private Scopes ScopesAt(ResourceCatalog.Entry resource, Scopes requested) =>
        resource.Scopes is not { } meaningful ? requested
        : requested.Intersect(requested.Contains(StandardScopes.OpenId) ? meaningful.Union(scopeClaims.AtUserInfo(requested)) : meaningful);

    private async ValueTask<IReadOnlyList<TokenClaim>> WithClaimsOfAsync(ResourceCatalog.Entry resource, AuthorizedGrant grant, CancellationToken ct)
    {
        var found = await users.FindAsync(grant.Subject!, grant.Client, resource.Claims, grant.ClaimsLocales, grant.Claims, ct);
        return [.. grant.Claims.Where(claim => !resource.Claims.Contains(claim.Type)), .. found];
    }

    /// <summary>The family that a decision without a past begins. It may be forgotten once the last thing that can descend from it has expired.</summary>
    public Family Start(AuthorizedGrant grant)
    {
        var now = clock.GetUtcNow();
        var last = MayRefresh(grant, now) ? grant.Until : now;
        return new(grant.FamilyId, grant.Client.Id, grant.Subject, now, last + LongestAccessToken)
        {
            // What was promised offline outlives the user's session (OpenID Connect Core §11).
            SessionId = grant.Scopes.Contains("offline_access") ? null : grant.SignIn?.SessionId,
            Scope = grant.Subject is null ? null : grant.Scopes.ToString(),
        };
    }

    /// <summary>From when no refresh extends an authorization that is given now.</summary>
    public DateTimeOffset UntilFromNow() => clock.GetUtcNow() + options.RefreshTokenAbsoluteLifetime;

    /// <summary>SR-067: only a subject's grant, only to clients registered for it, and not past its end.</summary>
    private static bool MayRefresh(AuthorizedGrant grant, DateTimeOffset now) =>
        grant.Subject is not null && grant.Until > now && grant.Client.GrantTypes.Contains("refresh_token");

    /// <summary><c>user_id</c> is the seed's; clients that sign users in with a password expect it. No other client has heard of it, and a pairwise one must not hear it.</summary>
    private static bool SpeaksOfUserId(AuthorizedGrant grant) => grant.Client.GrantTypes.Contains("password") && !PairwiseSubject.IsFor(grant.Client);

    private static readonly TimeSpan LongestAccessToken = TimeSpan.FromHours(24);
}
