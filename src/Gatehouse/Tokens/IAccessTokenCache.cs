using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>
/// Reference tokens that were looked up a moment ago: in this process, or where all nodes look. Never a refresh token, a code or anything else that is redeemed.
/// </summary>
/// <remarks>
/// What was revoked is trusted for <see cref="GatehouseOptions.AccessTokenCacheLifetime"/> at most, counted from before it was read, whatever is down. No method fails because the cache does: then
/// nothing is known, and the store is asked.
/// </remarks>
internal interface IAccessTokenCache
{
    /// <summary>Under which it is counted.</summary>
    string Name { get; }

    bool IsOn { get; }

    /// <summary>What is known of a token. Asked before the store is: <see cref="Keep"/> needs the answer.</summary>
    ValueTask<TokenLookup> FindAsync(string id, CancellationToken ct);

    /// <summary>Keeps a token that the store knew, unless it was revoked since <paramref name="before"/>. Nobody waits for it.</summary>
    void Keep(StoredAccessToken token, TokenLookup before);

    /// <summary>After this token was revoked alone.</summary>
    ValueTask ForgetAsync(string id);

    /// <summary>After this family was revoked.</summary>
    ValueTask ForgetFamilyAsync(Guid familyId);

    /// <summary>After families of one user were revoked; of anybody, if nobody knows whose they were.</summary>
    ValueTask ForgetSubjectAsync(string? subject);
}

/// <summary>The answer to a look-up.</summary>
/// <param name="Found">Null if nothing is known.</param>
/// <param name="AskedAt">Before anything was read.</param>
/// <param name="Mark">The same moment by the cache's own clock, if it has one; zero if it did not answer, or needs none.</param>
internal readonly record struct TokenLookup(StoredAccessToken? Found, Moment AskedAt, long Mark = 0);

/// <summary>A reference token as the store has it, read once.</summary>
internal sealed class StoredAccessToken
{
    private readonly ReferenceAccessToken content;
    private readonly Scopes scopes;

    public StoredAccessToken(Artifact artifact)
    {
        (Artifact, content) = (artifact, ReferenceAccessToken.Read(artifact));
        scopes = Scopes.Read(content.Scope);
    }

    public Artifact Artifact { get; }

    /// <summary>The client is looked up each time: it may have been changed or disabled while its token was known.</summary>
    public AccessToken Of(Client client) =>
        new(Artifact.Id, client, Artifact.Subject, scopes, content.Audience, DateTimeOffset.FromUnixTimeSeconds(content.IssuedAt), Artifact.ExpiresAt, Artifact.FamilyId)
        {
            Claims = content.Claims ?? [],
            UserInfoClaims = content.UserInfoClaims ?? [],
            ClaimsLocales = content.ClaimsLocales,
            Artifact = Artifact,
        };
}
