// RFC 8725 - JSON Web Token Best Current Practices
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Keys;

/// <summary>
/// Verifies JWTs that we signed ourselves: our keys, the algorithm of the key, the expected type, and nothing that the token says about keys (SR-071 to SR-074).
/// Ours rather than Microsoft.IdentityModel's, which knows no EdDSA and takes its algorithms from a list beside the keys.
/// </summary>
internal static class JwtReader
{
    /// <summary>Longer than anything that we write; whoever sends more is not asking about our token.</summary>
    private const int MaxLength = 16 * 1024;

    private static readonly System.Buffers.SearchValues<char> Compact = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The verified payload, or null. Lifetime and audience are the caller's to judge: introspection of an expired token is no error.</summary>
    /// <param name="keys">Whose keys; asked for an unknown one before a token of another node is refused.</param>
    /// <param name="token">As it came.</param>
    /// <param name="type">The <c>typ</c> that it must have (RFC 8725 §3.11).</param>
    /// <param name="issuer">The <c>iss</c> that it must have.</param>
    /// <param name="ct">Cancels reading the keys.</param>
    public static async ValueTask<JsonElement?> ReadAsync(KeyRing keys, string token, string type, string issuer, CancellationToken ct)
    {
        // White space and padding would be decoded too, and give one token many spellings.
        if (token.Length > MaxLength || token.AsSpan().ContainsAnyExcept(Compact) || token.Split('.') is not [var header, var payload, var signature]) return null;
        if (!Base64Url.IsValid(header) || StrictJson.ParseObject(Base64Url.DecodeFromChars(header), maxDepth: 16) is not { } claimed || claimed.TryGetProperty("crit", out _)) return null;
        if (Text(claimed, "typ") != type || Text(claimed, "kid") is not { } kid) return null;
        if (await keys.FindAsync(kid, ct) is not { } key || Text(claimed, "alg") != key.Algorithm) return null;
        if (!Base64Url.IsValid(signature) || !key.Verify(Encoding.ASCII.GetBytes(token, 0, header.Length + 1 + payload.Length), Base64Url.DecodeFromChars(signature))) return null;
        return Parse(payload) is { ValueKind: JsonValueKind.Object } read && Text(read, "iss") == issuer ? read : null;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>As it was signed, so that every claim keeps its JSON type. A repeated member is a second meaning, and refused.</summary>
    private static JsonElement? Parse(string encoded)
    {
        if (!Base64Url.IsValid(encoded)) return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), new() { MaxDepth = 16, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
