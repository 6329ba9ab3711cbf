// RFC 9101 - The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR) (§4 Request Object)
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>An authorization request as a JWT, taken apart and not yet believed.</summary>
internal sealed class RequestObject
{
    public const string None = "none";

    /// <summary>A claims request of the longest kind fits many times; a longer one is somebody trying what we bear.</summary>
    public const int MaxLength = 32 * 1024;

    private static readonly SearchValues<char> Compact = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly string signed;

    private RequestObject(string algorithm, string? keyId, JsonElement claims, string signed, byte[] signature) =>
        (Algorithm, KeyId, Claims, this.signed, Signature) = (algorithm, keyId, claims, signed, signature);

    /// <summary>What the header says. Whether it may is for whoever verifies.</summary>
    public string Algorithm { get; }

    public string? KeyId { get; }

    /// <summary>The payload, an object.</summary>
    public JsonElement Claims { get; }

    public byte[] Signature { get; }

    public byte[] SigningInput => Encoding.ASCII.GetBytes(signed);

    public static OAuthError Invalid(string description, string? reason = null) => new("invalid_request_object", description) { Reason = reason };

    /// <summary>What a header says about keys (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) is not read at all (SR-073).</summary>
    public static Result<RequestObject> Parse(string text)
    {
        if (text.Length > MaxLength) return Invalid($"the request object is longer than {MaxLength} characters");
        var parts = text.Split('.');
        if (parts.Length == 5) return Invalid("encrypted request objects are not supported; send it signed");
        if (parts.Length != 3 || text.AsSpan().ContainsAnyExcept(Compact) || !Base64Url.IsValid(parts[2])) return Invalid("the request object is not a compact JWS");
        if (ParseObject(parts[0]) is not { } header || ParseObject(parts[1]) is not { } claims) return Invalid("the request object is not JSON without repeated members, at most 16 levels deep");
        if (header.TryGetProperty("crit", out _)) return Invalid("the request object has critical headers, and none is understood");
        if (TextOf(header, "alg") is not { } algorithm) return Invalid("the request object names no alg");
        // RFC 8725 §3.11: another kind of token is no request. Most libraries write JWT where nobody told them what it is.
        if (header.TryGetProperty("typ", out _) && TextOf(header, "typ")?.ToLowerInvariant() is not ("oauth-authz-req+jwt" or "application/oauth-authz-req+jwt" or "jwt"))
            return Invalid("typ of the request object must be oauth-authz-req+jwt");
        return new RequestObject(algorithm, TextOf(header, "kid"), claims, text[..(parts[0].Length + 1 + parts[1].Length)], Base64Url.DecodeFromChars(parts[2]));
    }

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;

    private static JsonElement? ParseObject(string encoded) => Base64Url.IsValid(encoded) ? StrictJson.ParseObject(Base64Url.DecodeFromChars(encoded), maxDepth: 16) : null;
}
