// RFC 6749 - The OAuth 2.0 Authorization Framework (§7: accessing protected resources)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>A live access token, whatever its format.</summary>
/// <param name="Id">The handle's public half, or the <c>jti</c>.</param>
/// <param name="Client">To whom it was issued.</param>
/// <param name="Subject">The user; null where the client acts for itself.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Audience">For which resource; null for the app's own API.</param>
/// <param name="IssuedAt">To the second.</param>
/// <param name="ExpiresAt">From when it is refused.</param>
/// <param name="FamilyId">What it descends from; null for a client's own JWT.</param>
internal sealed record AccessToken(string Id, Client Client, string? Subject, Scopes Scopes, string? Audience, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, Guid? FamilyId)
{
    public IReadOnlyList<TokenClaim> Claims { get; init; } = [];

    /// <summary>What userinfo is asked for by name (OpenID Connect Core §5.5).</summary>
    public IReadOnlyList<string> UserInfoClaims { get; init; } = [];

    /// <summary>In which languages.</summary>
    public string? ClaimsLocales { get; init; }

    /// <summary>The stored row of a reference token, which revoking it alone spends; null for a JWT.</summary>
    public Artifact? Artifact { get; init; }
}

/// <summary>Finds what an access token stands for, honouring every way in which it can have ended (SR-199).</summary>
internal sealed class AccessTokenReader(
    IArtifactReader artifacts, ClientCache clients, KeyRing keys, ResourceCatalog resources, PairwiseSubject subjects, IAccessTokenCache cache, FamilyUseRecorder uses, Metrics metrics, TimeProvider clock)
{
    /// <summary>A reference token: one look-up, or none while it is cached. The error tells the client nothing but <c>invalid_token</c>, and the operator why.</summary>
    public async ValueTask<Result<AccessToken>> ReadReferenceAsync(string? text, CancellationToken ct)
    {
        if (Handle.TryParse(ReferenceAccessToken.Prefix, text) is not { } handle) return Invalid("It is no access token of this app: its prefix, length or checksum is wrong.");
        var lookup = await cache.FindAsync(handle.Id, ct);
        var (known, now) = (lookup.Found, lookup.AskedAt.Wall);
        if (cache.IsOn) metrics.LookedUp(cache.Name, known is not null);
        var artifact = known?.Artifact ?? await artifacts.FindAsync(handle.Id, ct);
        if (artifact is not { Kind: ReferenceAccessToken.Kind }) return Invalid($"Token {handle.Id} is unknown: its family was revoked, or it expired and was swept, or it is another app's.");
        if (!handle.Matches(artifact.SecretHash.Span)) return Invalid($"Token {handle.Id} has the wrong secret half.");
        if (artifact.SpentAt is { } spent) return Invalid($"Token {handle.Id} of client '{artifact.ClientId}' was revoked at {spent:O}.");
        if (artifact.ExpiresAt <= now) return Invalid($"Token {handle.Id} of client '{artifact.ClientId}' expired at {artifact.ExpiresAt:O}.");
        if (await clients.FindAsync(artifact.ClientId, ct) is not { } client) return Invalid($"Token {handle.Id} is of client '{artifact.ClientId}', which was deleted or disabled.");
        var stored = known ?? new(artifact);
        if (known is null) cache.Keep(stored, lookup);
        var token = stored.Of(client);
        if (token.Subject is not null) uses.Note(artifact.FamilyId);
        return token;
    }

    public static OAuthError Invalid(string reason) => new("invalid_token", "the access token is unknown, expired or revoked", 401) { Reason = reason };

    /// <summary>Either format. Resource servers elsewhere check a JWT themselves; this is for introspection and revocation.</summary>
    public async ValueTask<AccessToken?> FindAsync(string text, string issuer, CancellationToken ct) =>
        !text.StartsWith(ReferenceAccessToken.Prefix, StringComparison.Ordinal) ? await FindJwtAsync(text, issuer, ct)
        : (await ReadReferenceAsync(text, ct)).Succeeded(out var token, out _) ? token : null;

    private async ValueTask<AccessToken?> FindJwtAsync(string text, string issuer, CancellationToken ct)
    {
        if (await JwtReader.ReadAsync(keys, text, JwtAccessToken.Type, issuer, ct) is not { } payload) return null;
        var expires = DateTimeOffset.FromUnixTimeSeconds(payload.GetProperty("exp").GetInt64());
        if (expires <= clock.GetUtcNow()) return null;
        if (await clients.FindAsync(payload.GetProperty("client_id").GetString()!, ct) is not { } client) return null;
        Guid? family = payload.TryGetProperty(JwtAccessToken.GrantId, out var id) ? id.GetGuid() : null;
        // A family that was swept has outlived its tokens; one that is missing was never ours.
        var grant = family is { } familyId ? await artifacts.FindFamilyAsync(familyId, ct) : null;
        if (family is not null && grant is not { RevokedAt: null }) return null;
        // A declared resource stands first; userinfo may follow.
        var aud = payload.GetProperty("aud");
        var audience = (aud.ValueKind is JsonValueKind.Array ? aud[0] : aud).GetString()!;
        if (!resources.IsDeclared(audience)) return null;
        var sub = payload.GetProperty("sub").GetString()!;
        var subject = sub == client.Id ? null : grant?.Subject ?? subjects.Find(client, sub);
        if (sub != client.Id && subject is null) return null;
        return new(payload.GetProperty("jti").GetString()!, client, subject,
            Scopes.Of(payload.TryGetProperty("scope", out var scope) ? scope.GetString()!.Split(' ') : []), audience,
            DateTimeOffset.FromUnixTimeSeconds(payload.GetProperty("iat").GetInt64()), expires, family)
        {
            Claims = TokenClaim.Read(payload),
            UserInfoClaims = payload.TryGetProperty(JwtAccessToken.UserInfoClaims, out var asked) ? [.. asked.EnumerateArray().Select(name => name.GetString()!)] : [],
            ClaimsLocales = payload.TryGetProperty(JwtAccessToken.ClaimsLocales, out var locales) ? locales.GetString() : null,
        };
    }
}
