using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Limit;

/// <summary>JSON with one writer per thread: the cheapest that the platform offers without writing bytes by hand.</summary>
internal static class Answer
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? buffer;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    public static byte[] Token(string accessToken, string? refreshToken, string? idToken = null)
    {
        var json = Begin();
        json.WriteString("access_token"u8, accessToken);
        json.WriteString("token_type"u8, "Bearer"u8);
        json.WriteNumber("expires_in"u8, 3600);
        if (refreshToken is not null) json.WriteString("refresh_token"u8, refreshToken);
        if (idToken is not null) json.WriteString("id_token"u8, idToken);
        return End(json);
    }

    public static byte[] Subject(string subject)
    {
        var json = Begin();
        json.WriteBoolean("active"u8, true);
        json.WriteString("sub"u8, subject);
        return End(json);
    }

    public static Task WriteAsync(HttpContext context, ReadOnlySpan<byte> body)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.BodyWriter.Write(body);
        return response.BodyWriter.FlushAsync().AsTask();
    }

    private static Utf8JsonWriter Begin()
    {
        buffer ??= new(1024);
        buffer.ResetWrittenCount();
        writer ??= new(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.Reset(buffer);
        writer.WriteStartObject();
        return writer;
    }

    private static byte[] End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        return buffer!.WrittenSpan.ToArray();
    }
}
