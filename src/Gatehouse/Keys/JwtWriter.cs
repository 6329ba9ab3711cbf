// RFC 7519 - JSON Web Token (JWT)
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Keys;

/// <summary>
/// Writes signed JWTs. Ours rather than Microsoft.IdentityModel's because it is on the hot path and needs no claims model: one buffer, one
/// signature (<c>bench/Gatehouse.Micro</c> compares).
/// </summary>
internal static class JwtWriter
{
    // A header depends on key and type only; there are few of either.
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string Kid, string Type), byte[]> Headers = new();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? payloadBuffer;

    /// <param name="key">Signs.</param>
    /// <param name="type">The <c>typ</c> header: what keeps one kind of token from being taken for another (RFC 8725 §3.11).</param>
    /// <param name="state">Handed to <paramref name="claims"/>, so that it need not capture.</param>
    /// <param name="claims">Writes the members of the payload.</param>
    public static string Write<TState>(SigningKey key, string type, TState state, Action<Utf8JsonWriter, TState> claims)
    {
        var payload = payloadBuffer ??= new(1024);
        payload.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            claims(json, state);
            json.WriteEndObject();
        }
        return Sign(key, Headers.GetOrAdd((key.Id, type), static (of, key) => Header(key, of.Type), key), payload.WrittenSpan);
    }

    private static string Sign(SigningKey key, byte[] header, ReadOnlySpan<byte> payload)
    {
        var length = header.Length + Base64Url.GetEncodedLength(payload.Length) + 1 + Base64Url.GetEncodedLength(key.SignatureLength);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            header.CopyTo(buffer, 0);
            var signed = header.Length + Base64Url.EncodeToUtf8(payload, buffer.AsSpan(header.Length));
            var signature = (stackalloc byte[KeyMaterial.LongestSignature])[..key.SignatureLength];
            key.Sign(buffer.AsSpan(0, signed), signature);
            buffer[signed] = (byte)'.';
            Base64Url.EncodeToUtf8(signature, buffer.AsSpan(signed + 1));
            return Encoding.ASCII.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Header(SigningKey key, string type) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{key.Algorithm}}","kid":"{{key.Id}}","typ":"{{type}}"}""")) + ".");
}
