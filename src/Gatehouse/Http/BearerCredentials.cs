// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage (§2.1: the Authorization request header field)
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Http;

/// <summary>Reads the header, the one place where an app's own API takes a token from. The query string is never looked at (SR-076).</summary>
internal static class BearerCredentials
{
    private const string SchemeToken = "Bearer";

    private static readonly SearchValues<char> B64TokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <summary>Whether the request speaks for a token, well-formed or not. Other schemes, <c>Basic</c> for one, are not our business.</summary>
    public static bool ArePresent(StringValues authorization)
    {
        foreach (var value in authorization)
            if (value is not null && IsBearer(value))
                return true;
        return false;
    }

    public static Result<string> Parse(StringValues authorization)
    {
        if (authorization.Count != 1) return OAuthError.InvalidRequest("more than one Authorization header");
        var token = authorization[0].AsSpan(SchemeToken.Length).Trim(' ');
        return IsB64Token(token) ? token.ToString() : OAuthError.InvalidRequest("the Authorization header is not 'Bearer' and one b64token (RFC 6750 section 2.1)");
    }

    /// <summary>The token inside the base64 that clients of pyramid_oauth2_provider put around it; anything else as it is.</summary>
    public static string Unwrap(string token)
    {
        if (Handle.TryParse(ReferenceAccessToken.Prefix, token) is not null || token.Length > 4 * Handle.Length || !Base64.IsValid(token)) return token;
        var plain = Encoding.Latin1.GetString(Convert.FromBase64String(token));
        return Handle.TryParse(ReferenceAccessToken.Prefix, plain) is null ? token : plain;
    }

    /// <summary>The scheme's name is a whole word and its case does not matter (RFC 9110 §11.1): <c>Bearerfoo</c> is another scheme.</summary>
    private static bool IsBearer(string value) =>
        value.StartsWith(SchemeToken, StringComparison.OrdinalIgnoreCase) && (value.Length == SchemeToken.Length || value[SchemeToken.Length] is ' ' or '\t' or ',');

    private static bool IsB64Token(ReadOnlySpan<char> token)
    {
        var characters = token.TrimEnd('=');
        return !characters.IsEmpty && !characters.ContainsAnyExcept(B64TokenCharacters);
    }
}
