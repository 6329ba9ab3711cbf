// RFC 6749 - The OAuth 2.0 Authorization Framework (§5.1 Successful Response)
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Tokens;

/// <summary>The answer of the token endpoint.</summary>
internal static class TokenResponse
{
    /// <param name="accessToken">The <c>access_token</c>.</param>
    /// <param name="lifetime">Becomes <c>expires_in</c>, in seconds.</param>
    /// <param name="refreshToken">The <c>refresh_token</c>; left out if null.</param>
    /// <param name="idToken">The <c>id_token</c> (OpenID Connect Core §3.1.3.3); left out if null.</param>
    /// <param name="scopes">Required where they differ from what was asked for, optional otherwise, and then left out: the seed's answer has exactly five members.</param>
    /// <param name="userId">The seed's <c>user_id</c>; left out if null.</param>
    public static ReadOnlyMemory<byte> Write(string accessToken, TimeSpan lifetime, string? refreshToken, string? idToken, Scopes? scopes, string? userId)
    {
        // All of it, and twice the longest token more: before the writer writes a string it asks for three bytes for each character, and takes 4 KB if they are not there.
        var (refresh, id) = (refreshToken?.Length ?? 0, idToken?.Length ?? 0);
        var buffer = new ArrayBufferWriter<byte>(256 + accessToken.Length + refresh + id + 2 * Math.Max(accessToken.Length, id));
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("access_token"u8, accessToken);
        // Compared without case by §7.1; the seed's documents promise lower case.
        json.WriteString("token_type"u8, "bearer"u8);
        json.WriteNumber("expires_in"u8, (long)lifetime.TotalSeconds);
        if (refreshToken is not null) json.WriteString("refresh_token"u8, refreshToken);
        if (idToken is not null) json.WriteString("id_token"u8, idToken);
        if (scopes is not null) json.WriteString("scope"u8, scopes.ToString());
        if (userId is not null) WriteUserId(json, userId);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>A number if the subject is written as one, so that <c>"007"</c> stays what it is.</summary>
    private static void WriteUserId(Utf8JsonWriter json, string userId)
    {
        if (long.TryParse(userId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == userId)
            json.WriteNumber("user_id"u8, number);
        else
            json.WriteString("user_id"u8, userId);
    }
}
