// RFC 7517 - JSON Web Key (JWK)
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gatehouse.Keys;

/// <summary>A public key as the world sees it. Private members cannot be expressed here (SR-242).</summary>
internal static class JsonWebKey
{
    public static string OfEcdsaP256(ECDsa key, string kid)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("kty"u8, "EC"u8);
        json.WriteString("use"u8, "sig"u8);
        json.WriteString("alg"u8, "ES256"u8);
        json.WriteString("kid"u8, kid);
        json.WriteString("crv"u8, "P-256"u8);
        json.WriteString("x"u8, Base64Url.EncodeToString(point.X));
        json.WriteString("y"u8, Base64Url.EncodeToString(point.Y));
        json.WriteEndObject();
        json.Flush();
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>RFC 7638 §3: SHA-256 over the required members, in lexicographic order, without white space.</summary>
    public static string Thumbprint(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var members = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(members)));
    }
}
