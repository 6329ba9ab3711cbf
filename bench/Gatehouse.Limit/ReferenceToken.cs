using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Limit;

/// <summary>32 random bytes; what is stored is their hash.</summary>
internal static class ReferenceToken
{
    public static string New(out byte[] hash)
    {
        Span<byte> raw = stackalloc byte[32];
        RandomNumberGenerator.Fill(raw);
        var token = Base64Url.EncodeToString(raw);
        hash = Hash(token);
        return token;
    }

    public static byte[] Hash(string token)
    {
        if (token.Length > 128) return [];
        Span<byte> ascii = stackalloc byte[token.Length];
        Encoding.ASCII.GetBytes(token, ascii);
        return SHA256.HashData(ascii);
    }

    public static string Challenge(string verifier) => Base64Url.EncodeToString(Hash(verifier));

    public static string? FromHeader(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : null;
}
