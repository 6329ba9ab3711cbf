// RFC 7662 - OAuth 2.0 Token Introspection (§2.2 Introspection Response)
using System.Buffers;
using System.Text.Json;
using Gatehouse.Tokens;

namespace Gatehouse.Introspection;

/// <summary>The answer: all of a live token, or nothing but that it is not active.</summary>
internal static class IntrospectionResponse
{
    public static ReadOnlyMemory<byte> Write(AccessToken? token, ResourceCatalog resources, PairwiseSubject subjects, string issuer)
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteBoolean("active"u8, token is not null);
        if (token is not null)
        {
            if (!token.Scopes.IsEmpty) json.WriteString("scope"u8, token.Scopes.ToString());
            json.WriteString("client_id"u8, token.Client.Id);
            json.WriteString("token_type"u8, "bearer"u8);
            json.WriteNumber("exp"u8, token.ExpiresAt.ToUnixTimeSeconds());
            json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
            // As the token's client knows the user, whoever asks: a JWT for the same resource would say the same.
            json.WriteString("sub"u8, token.Subject is null ? token.Client.Id : subjects.Of(token.Client, token.Subject));
            JwtAccessToken.WriteAudience(json, resources.AudiencesOf(token.Audience, token.Scopes, issuer));
            json.WriteString("iss"u8, issuer);
            json.WriteString("jti"u8, token.Id);
            ClaimJson.Write(json, token.Claims);
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
