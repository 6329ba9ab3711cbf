// RFC 7517 - JSON Web Key (JWK)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Keys;

/// <summary>A public key as the world sees it. Private members cannot be expressed here (SR-242).</summary>
internal static class JsonWebKey
{
    public static string Write(string algorithm, KeyMaterial key)
    {
        // Values are base64url or names that we chose: nothing in them needs escaping.
        var json = new StringBuilder("{");
        json.Append("\"kty\":\"").Append(Member(key, "kty")).Append("\",\"use\":\"sig\",\"alg\":\"").Append(algorithm).Append("\",\"kid\":\"").Append(Thumbprint(key)).Append('"');
        foreach (var (name, value) in key.PublicMembers)
            if (name != "kty") json.Append(",\"").Append(name).Append("\":\"").Append(value).Append('"');
        return json.Append('}').ToString();
    }

    /// <summary>RFC 7638 §3: SHA-256 over the required members, in lexicographic order, without white space.</summary>
    public static string Thumbprint(KeyMaterial key) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes('{' + string.Join(',', key.PublicMembers.Select(member => $"\"{member.Name}\":\"{member.Value}\"")) + '}')));

    /// <summary>The public half of a stored key.</summary>
    public static KeyMaterial Read(string algorithm, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return KeyMaterial.FromMembers(algorithm, name => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? Base64Url.DecodeFromChars(value.GetString()) : throw new CryptographicException($"The JWK has no member {name}."));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new CryptographicException("This is no JWK.", e);
        }
    }

    private static string Member(KeyMaterial key, string name) => key.PublicMembers.First(member => member.Name == name).Value;
}
