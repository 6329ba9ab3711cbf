// RFC 9068 - JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Limit;

/// <summary>An access token signed with ES256: one JSON, one signature, three base64url.</summary>
internal static class SignedToken
{
    private static readonly byte[] Header = Encoding.ASCII.GetBytes(Base64Url.EncodeToString("""{"alg":"ES256","kid":"0123456789abcdef","typ":"at+jwt"}"""u8) + ".");
    private static readonly ECParameters Key = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportParameters(true);

    [ThreadStatic] private static ECDsa? signer;
    [ThreadStatic] private static ArrayBufferWriter<byte>? buffer;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    public static string New()
    {
        signer ??= ECDsa.Create(Key);
        Span<byte> token = stackalloc byte[1024];
        Header.CopyTo(token);
        var length = Header.Length;
        length += Base64Url.EncodeToUtf8(Claims(), token[length..]);

        Span<byte> signature = stackalloc byte[64];
        signer.SignData(token[..length], signature, HashAlgorithmName.SHA256);
        token[length++] = (byte)'.';
        length += Base64Url.EncodeToUtf8(signature, token[length..]);
        return Encoding.ASCII.GetString(token[..length]);
    }

    private static ReadOnlySpan<byte> Claims()
    {
        buffer ??= new(512);
        buffer.ResetWrittenCount();
        writer ??= new(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.Reset(buffer);

        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        writer.WriteStartObject();
        writer.WriteString("iss"u8, "https://auth.example.com"u8);
        writer.WriteString("sub"u8, "bench-client"u8);
        writer.WriteString("aud"u8, "https://api.example.com"u8);
        writer.WriteString("client_id"u8, "bench-client"u8);
        writer.WriteString("scope"u8, "api"u8);
        writer.WriteNumber("iat"u8, now);
        writer.WriteNumber("exp"u8, now + 3600);
        writer.WriteString("jti"u8, Base64Url.EncodeToString(id));
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }
}
