using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Tokens that exist nowhere yet but here: the answer, and what the store must know before it may be sent.</summary>
internal sealed record IssuedTokens(ReadOnlyMemory<byte> Answer, IReadOnlyList<Artifact> Artifacts, Artifact? RefreshToken);

/// <summary>Turns a decision into tokens. CPU only: nothing is stored and nothing is sent.</summary>
internal sealed class TokenIssuer(ResourceCatalog resources, KeyRing keys, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private readonly GatehouseOptions options = options.Value;

    public async ValueTask<IssuedTokens> IssueAsync(Decision.Issue decision, string issuer, CancellationToken ct)
    {
        var (grant, now) = (decision.Grant, clock.GetUtcNow());
        var resource = resources.Find(decision.Resource);
        var scopes = resource.Scopes is { } meaningful ? decision.Requested.Intersect(meaningful) : decision.Requested;
        var artifacts = new List<Artifact>(2);
        var refreshable = MayRefresh(grant, now);

        string accessToken;
        if (resource.IsJwt)
            accessToken = JwtAccessToken.Write((await keys.GetAsync(ct)).Current, issuer, resource.Identifier!, grant, hasFamily: refreshable || decision.Spends is not null, scopes, now, resource.Lifetime);
        else
        {
            var handle = Handle.New(ReferenceAccessToken.Prefix);
            artifacts.Add(ReferenceAccessToken.Write(handle, grant, scopes, resource.Identifier, now, resource.Lifetime));
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

        var answer = TokenResponse.Write(accessToken, resource.Lifetime, refresh,
            decision.ScopeDiffers || !ReferenceEquals(scopes, decision.Requested) ? scopes : null,
            SpeaksOfUserId(grant) ? grant.Subject : null);
        return new(answer, artifacts, refreshToken);
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

    /// <summary><c>user_id</c> is the seed's; clients that sign users in with a password expect it. No other client has heard of it.</summary>
    private static bool SpeaksOfUserId(AuthorizedGrant grant) => grant.Client.GrantTypes.Contains("password");

    private static readonly TimeSpan LongestAccessToken = TimeSpan.FromHours(24);
}
