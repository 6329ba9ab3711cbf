// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.2, Appendix B: application/x-www-form-urlencoded)
using System.Buffers;
using System.Text;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Http;

/// <summary>
/// Reads a form body. Ours rather than <c>ReadFormAsync</c>, which turns broken UTF-8 into U+FFFD, so that two different passwords could be the
/// same one, and takes 1,024 values of 4 MB each. It is also on every request's path; <c>bench/Gatehouse.Micro</c> compares the two.
/// </summary>
internal static class FormReader
{
    public const int MaxBytes = 64 * 1024;

    private const int MaxParameters = 100;

    public static ValueTask<Result<Parameters>> ReadAsync(HttpRequest request, CancellationToken ct, bool keepRepeated = false)
    {
        if (!IsForm(request.ContentType))
            return new(OAuthError.InvalidRequest("the body must be application/x-www-form-urlencoded"));
        if (request.ContentLength > MaxBytes)
            return new(TooLarge);
        // Middleware of the app may have read the form already; the body is then gone.
        if (request.HttpContext.Features.Get<IFormFeature>()?.Form is { } form)
            return new(FromPairs(form, keepRepeated));
        return ReadBodyAsync(request, keepRepeated, ct);
    }

    private static OAuthError TooLarge => OAuthError.InvalidRequest("the body is larger than 64 KiB");

    private static OAuthError TooMany => OAuthError.InvalidRequest("more than 100 parameters");

    private static OAuthError Malformed => OAuthError.InvalidRequest("the request is not well-formed application/x-www-form-urlencoded in UTF-8");

    private static bool IsForm(string? contentType)
    {
        const string form = "application/x-www-form-urlencoded";
        if (contentType is null || !contentType.StartsWith(form, StringComparison.OrdinalIgnoreCase)) return false;
        return contentType.Length == form.Length
            || (MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals(form, StringComparison.OrdinalIgnoreCase)
                && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
    }

    private static async ValueTask<Result<Parameters>> ReadBodyAsync(HttpRequest request, bool keepRepeated, CancellationToken ct)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var buffer = read.Buffer;
            if (buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return TooLarge;
            }
            if (read.IsCompleted)
            {
                var parsed = Parse(buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray(), keepRepeated);
                reader.AdvanceTo(buffer.End);
                return parsed;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    internal static Result<Parameters> Parse(ReadOnlySpan<byte> body, bool keepRepeated = false)
    {
        var pairs = new List<KeyValuePair<string, string>>(12);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (pair.IsEmpty) continue;
            if (pairs.Count == MaxParameters) return TooMany;
            var equals = pair.IndexOf((byte)'=');
            if (Decode(equals < 0 ? pair : pair[..equals]) is not { } name || Decode(equals < 0 ? default : pair[(equals + 1)..]) is not { } value)
                return Malformed;
            pairs.Add(new(name, value));
        }
        return Parameters.From(pairs, keepRepeated);
    }

    /// <summary>Form-url-decodes one name or value. Null for a broken escape, broken UTF-8, or a NUL.</summary>
    internal static string? Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'%', (byte)'+') < 0) return Utf8(text);
        byte[]? rented = null;
        var decoded = text.Length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var length = 0;
            for (var i = 0; i < text.Length; i++)
            {
                var b = text[i];
                if (b == '+') b = (byte)' ';
                else if (b == '%')
                {
                    if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2])) return null;
                    b = (byte)(Hex(text[i + 1]) << 4 | Hex(text[i + 2]));
                    i += 2;
                }
                decoded[length++] = b;
            }
            return Utf8(decoded[..length]);
        }
        finally
        {
            // It may have held a password.
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static string? Utf8(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0) ? Encoding.UTF8.GetString(bytes) : null;

    private static int Hex(byte digit) => (digit & 0xF) + (digit > '9' ? 9 : 0);

    /// <summary>From what the framework decoded: a query, or a form that was read already. U+FFFD is what it made of bytes that were not UTF-8: not what was sent, so refused. (Escaped ones it leaves escaped, which nobody can tell afterwards.)</summary>
    internal static Result<Parameters> FromPairs(IEnumerable<KeyValuePair<string, StringValues>> decoded, bool keepRepeated = false)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in decoded)
            foreach (var value in values)
            {
                if (pairs.Count == MaxParameters) return TooMany;
                if (IsBroken(name) || IsBroken(value)) return Malformed;
                pairs.Add(new(name, value ?? ""));
            }
        return Parameters.From(pairs, keepRepeated);
    }

    private static bool IsBroken(string? text) => text.AsSpan().IndexOfAny('\uFFFD', '\0') >= 0;
}
