using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Tests;

/// <summary>JWTs taken apart and put together by hand, the way an attacker does it.</summary>
internal static class Jwt
{
    public static JsonElement HeaderOf(string token) => Read(token, 0);

    public static JsonElement PayloadOf(string token) => Read(token, 1);

    /// <param name="header">As JSON.</param>
    /// <param name="payload">As JSON.</param>
    /// <param name="sign">Signs the first two parts.</param>
    public static string Make(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = Encode(Encoding.UTF8.GetBytes(header)) + "." + Encode(Encoding.UTF8.GetBytes(payload));
        return signed + "." + Encode(sign(Encoding.ASCII.GetBytes(signed)));
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static JsonElement Read(string token, int part) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[part])).RootElement;
}
