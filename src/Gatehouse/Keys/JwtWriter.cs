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

    /// <summary>Completes at once for a key of ours, without any cost of its own; a key that lives elsewhere takes the time of a call.</summary>
    /// <param name="key">Signs.</param>
    /// <param name="type">The <c>typ</c> header: what keeps one kind of token from being taken for another (RFC 8725 §3.11).</param>
    /// <param name="state">Handed to <paramref name="claims"/>, so that it need not capture.</param>
    /// <param name="claims">Writes the members of the payload.</param>
    /// <param name="ct">Cancels the call.</param>
    public static ValueTask<string> WriteAsync<TState>(SigningKey key, string type, TState state, Action<Utf8JsonWriter, TState> claims, CancellationToken ct)
    {
        var header = Headers.GetOrAdd((key.Id, type), static (of, key) => Header(key, of.Type), key);
        var payload = WritePayload(state, claims);
        return key.Remote is { } remote ? SignAsync(key, remote, Encode(header, payload), ct) : new(Sign(key, header, payload));
    }

    private static ReadOnlySpan<byte> WritePayload<TState>(TState state, Action<Utf8JsonWriter, TState> claims)
    {
        var payload = payloadBuffer ??= new(1024);
        payload.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            claims(json, state);
            json.WriteEndObject();
        }
        return payload.WrittenSpan;
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

    private static byte[] Encode(byte[] header, ReadOnlySpan<byte> payload)
    {
        var signed = new byte[header.Length + Base64Url.GetEncodedLength(payload.Length)];
        header.CopyTo(signed, 0);
        Base64Url.EncodeToUtf8(payload, signed.AsSpan(header.Length));
        return signed;
    }

    private static async ValueTask<string> SignAsync(SigningKey key, RemoteSigner remote, byte[] signed, CancellationToken ct) =>
        $"{Encoding.ASCII.GetString(signed)}.{Base64Url.EncodeToString(await remote.SignAsync(key, signed, ct))}";

    private static byte[] Header(SigningKey key, string type) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{key.Algorithm}}","kid":"{{key.Id}}","typ":"{{type}}"}""")) + ".");
}
