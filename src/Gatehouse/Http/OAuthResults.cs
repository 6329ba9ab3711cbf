// RFC 6749 - The OAuth 2.0 Authorization Framework (§5.1, §5.2: responses)
using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>Writes answers. Every one, errors included, says that it must not be stored (SR-075).</summary>
internal static class OAuthResults
{
    // As RFC 6749's own examples and the seed's documents spell it.
    private const string Json = "application/json;charset=UTF-8";

    // Descriptions are read by people, in a terminal: an apostrophe is one, and not \u0027. No browser takes this for a page: the type says so, and nosniff.
    private static readonly JsonWriterOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void NoStore(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    public static Task JsonAsync(HttpContext http, ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = Json;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    public static Task ErrorAsync(HttpContext http, OAuthError error) => ErrorAsync(http, error, Body(error));

    /// <param name="http">The request.</param>
    /// <param name="error">What it is answered with.</param>
    /// <param name="body">The error's <see cref="Body"/>.</param>
    public static Task ErrorAsync(HttpContext http, OAuthError error, ReadOnlyMemory<byte> body)
    {
        NoStore(http.Response);
        if (error.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        // RFC 6749 §5.2 asks for the challenge where the client used the header; elsewhere a Basic challenge only makes browsers ask their user for a password.
        if (error is { Status: StatusCodes.Status401Unauthorized, Code: "invalid_token" })
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"gatehouse\", error=\"invalid_token\"";
        else if (error.Status == StatusCodes.Status401Unauthorized && http.Request.Headers.Authorization.Count > 0)
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"gatehouse\", charset=\"UTF-8\"";
        return JsonAsync(http, body, error.Status);
    }

    public static ReadOnlyMemory<byte> Body(OAuthError error)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using var json = new Utf8JsonWriter(buffer, readable);
        json.WriteStartObject();
        json.WriteString("error"u8, error.Code);
        json.WriteString("error_description"u8, error.Description);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
