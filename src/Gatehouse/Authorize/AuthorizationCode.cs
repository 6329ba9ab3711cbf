// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.2 Authorization Response: code)
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>What a code is bound to (SR-043), and what it is exchanged for.</summary>
internal sealed record AuthorizationCode(
    [property: JsonPropertyName("scope")] string Scope,
    [property: JsonPropertyName("redirect_uri")] string RedirectUri,
    [property: JsonPropertyName("redirect_uri_named")] bool RedirectUriNamed,
    [property: JsonPropertyName("code_challenge")] string? Challenge,
    [property: JsonPropertyName("resources")] IReadOnlyList<string>? Resources,
    [property: JsonPropertyName("nonce")] string? Nonce,
    [property: JsonPropertyName("sign_in")] SignIn SignIn,
    [property: JsonPropertyName("until")] long Until,
    [property: JsonPropertyName("claims")] IReadOnlyList<TokenClaim>? Claims,
    [property: JsonPropertyName("claims_request")] string? ClaimsRequest,
    [property: JsonPropertyName("claims_locales")] string? ClaimsLocales)
{
    public const string Kind = "authorization_code";
    public const string Prefix = "gtc_";

    /// <param name="handle">The code.</param>
    /// <param name="familyId">The authorization that begins with it.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="user">Who said yes.</param>
    /// <param name="claims">What the app said of them at sign-in.</param>
    /// <param name="until">From when no refresh extends it: fixed now, by the sign-in, not by when the client gets round to redeeming.</param>
    /// <param name="expires">The code itself.</param>
    public static Artifact Write(Handle handle, Guid familyId, AuthorizeRequest request, SignedInUser user, IReadOnlyList<TokenClaim> claims, DateTimeOffset until, DateTimeOffset expires)
    {
        var code = new AuthorizationCode(
            request.Scopes.ToString(), request.Target.Uri, request.Target.IsNamed, request.Challenge?.ToString(),
            request.Resources.Count == 0 ? null : request.Resources, request.Nonce, user.SignIn, until.ToUnixTimeMilliseconds(),
            claims.Count == 0 ? null : claims, request.Claims?.Text, request.ClaimsLocales);
        return new(handle.Id, Kind, familyId, request.Client.Id, user.Subject, handle.SecretHash(), JsonSerializer.Serialize(code, AuthorizeJson.Default.AuthorizationCode), expires);
    }

    public static AuthorizationCode Read(Artifact artifact) => JsonSerializer.Deserialize(artifact.Payload, AuthorizeJson.Default.AuthorizationCode)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthorizationCode))]
[JsonSerializable(typeof(ConsentTicket))]
[JsonSerializable(typeof(LoginMark))]
[JsonSerializable(typeof(SealedRequest))]
internal sealed partial class AuthorizeJson : JsonSerializerContext;
