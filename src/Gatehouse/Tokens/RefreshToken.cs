// RFC 6749 - The OAuth 2.0 Authorization Framework (§1.5, §6: refresh tokens)
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Users;

namespace Gatehouse.Tokens;

/// <summary>What a refresh token remembers: the whole grant, so that a narrowed request cannot shrink it.</summary>
internal sealed record RefreshToken(
    [property: JsonPropertyName("scope")] string Scope,
    [property: JsonPropertyName("until")] long Until,
    [property: JsonPropertyName("resources")] IReadOnlyList<string>? Resources,
    [property: JsonPropertyName("claims")] IReadOnlyList<TokenClaim>? Claims,
    [property: JsonPropertyName("sign_in")] SignIn? SignIn,
    [property: JsonPropertyName("claims_request")] string? ClaimsRequest,
    [property: JsonPropertyName("claims_locales")] string? ClaimsLocales)
{
    public const string Kind = "refresh_token";
    public const string Prefix = "gtr_";

    /// <summary>The idle lifetime starts again with every rotation; the absolute one never does.</summary>
    public static Artifact Write(Handle handle, AuthorizedGrant grant, TimeSpan idle, DateTimeOffset now)
    {
        var token = new RefreshToken(
            grant.Scopes.ToString(), grant.Until.ToUnixTimeMilliseconds(), grant.Resources.Count == 0 ? null : grant.Resources, grant.Claims.Count == 0 ? null : grant.Claims, grant.SignIn,
            grant.ClaimsRequest, grant.ClaimsLocales);
        var expires = now + idle < grant.Until ? now + idle : grant.Until;
        return new(handle.Id, Kind, grant.FamilyId, grant.Client.Id, grant.Subject, handle.SecretHash(), JsonSerializer.Serialize(token, TokenJson.Default.RefreshToken), expires);
    }

    public static RefreshToken Read(Artifact artifact) => JsonSerializer.Deserialize(artifact.Payload, TokenJson.Default.RefreshToken)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RefreshToken))]
[JsonSerializable(typeof(ReferenceAccessToken))]
internal sealed partial class TokenJson : JsonSerializerContext;
