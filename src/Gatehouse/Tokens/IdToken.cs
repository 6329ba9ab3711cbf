// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§2: ID Token, §3.1.3.6, §12.2)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Keys;

namespace Gatehouse.Tokens;

/// <summary>Tells a client who signed in, when and how. It is for the client's eyes alone: no resource takes it (SR-071).</summary>
internal static class IdToken
{
    public const string Type = "JWT";

    /// <param name="Issuer">The <c>iss</c>.</param>
    /// <param name="Subject">The <c>sub</c>, as this client knows the user.</param>
    /// <param name="Grant">Where it comes from. A refreshed one has no nonce, and everything else as it was (§12.2).</param>
    /// <param name="AccessToken">What it was issued with.</param>
    /// <param name="Claims">What was asked for by name.</param>
    /// <param name="Now">The <c>iat</c>.</param>
    /// <param name="Lifetime">Until <c>exp</c>.</param>
    internal sealed record Content(string Issuer, string Subject, AuthorizedGrant Grant, string AccessToken, IReadOnlyList<TokenClaim> Claims, DateTimeOffset Now, TimeSpan Lifetime);

    public static ValueTask<string> WriteAsync(SigningKey key, Content content, CancellationToken ct) => JwtWriter.WriteAsync(key, Type, (content, Hash: HashOf(content.AccessToken, key.Algorithm)), static (json, token) =>
    {
        var (content, hash) = token;
        json.WriteString("iss"u8, content.Issuer);
        json.WriteString("sub"u8, content.Subject);
        // One audience, the client itself: azp would only say the same again (§2).
        json.WriteString("aud"u8, content.Grant.Client.Id);
        json.WriteNumber("iat"u8, content.Now.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, (content.Now + content.Lifetime).ToUnixTimeSeconds());
        var signIn = content.Grant.SignIn!;
        // Always when it is known, so that max_age, require_auth_time and a claims request are met without a rule for each.
        if (signIn.At is { } at) json.WriteNumber("auth_time"u8, at);
        if (content.Grant.Nonce is { } nonce) json.WriteString("nonce"u8, nonce);
        if (signIn.Acr is { } acr) json.WriteString("acr"u8, acr);
        if (signIn.Amr is { Count: > 0 } amr)
        {
            json.WriteStartArray("amr"u8);
            foreach (var method in amr) json.WriteStringValue(method);
            json.WriteEndArray();
        }
        // What logout names the session by.
        if (signIn.SessionId is { } session) json.WriteString("sid"u8, session);
        json.WriteString("at_hash"u8, hash);
        ClaimJson.Write(json, content.Claims);
    }, ct);

    /// <summary>§3.1.3.6: the left half of the hash that the signature's algorithm uses. Ed25519 uses SHA-512 (RFC 8032 §5.1).</summary>
    internal static string HashOf(string token, string algorithm)
    {
        var text = Encoding.ASCII.GetBytes(token);
        var hash = algorithm == Jwa.EdDSA ? SHA512.HashData(text) : SHA256.HashData(text);
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }
}
