// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2.3: software statement, §3.1.1)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>Metadata that an authority signed: believed if the operator named the authority, and then worth more than what the client says itself (SR-155).</summary>
internal sealed class SoftwareStatement(ClientKeys keys, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan skew = TimeSpan.FromSeconds(60);

    private readonly IList<SoftwareStatementIssuer> issuers = options.Value.Registration.SoftwareStatementIssuers;

    /// <summary>The statement's claims, as a JSON object, once its signature is verified.</summary>
    public async ValueTask<Result<JsonDocument>> ReadAsync(string text, CancellationToken ct)
    {
        if (text.Split('.') is not [var header, var payload, var signature] || !Base64Url.IsValid(signature) || Parse(header) is not { } head || Parse(payload) is not { } claims)
            return Invalid("is not a signed JWT");
        if (head.RootElement.TryGetProperty("crit", out _)) return Invalid("has critical headers, which are not known here");
        if (issuers.FirstOrDefault(known => known.Issuer == Text(claims, "iss")) is not { } issuer)
            return new OAuthError("unapproved_software_statement", "software statements of this issuer are not accepted here")
            {
                Reason = $"A software statement of '{new Diagnostics.Untrusted(Text(claims, "iss"))}' was sent, which is not in Gatehouse:Registration:SoftwareStatementIssuers.",
            };
        if (Text(head, "alg") is not { } algorithm || !Jwa.All.Contains(algorithm)) return Invalid($"must be signed with one of {string.Join(", ", Jwa.All)}");
        var authority = new Client { Id = $"software statements of {issuer.Issuer}", JwksUri = issuer.JwksUri };
        var signed = Encoding.ASCII.GetBytes(header + "." + payload);
        if (!(await keys.FindAsync(authority, Text(head, "kid"), ct)).Any(key => Verifies(key, algorithm, signed, Base64Url.DecodeFromChars(signature))))
            return Invalid("is not signed with a key of its issuer");
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Seconds(claims, "exp") is { } expires && expires + skew.TotalSeconds < now) return Invalid("has expired");
        if (Seconds(claims, "nbf") is { } begins && begins - skew.TotalSeconds > now) return Invalid("is not valid yet");
        return claims;
    }

    private static bool Verifies(Microsoft.IdentityModel.Tokens.JsonWebKey key, string algorithm, byte[] signed, byte[] signature)
    {
        if (key.Use is not (null or "sig") || (key.Alg is not null && key.Alg != algorithm)) return false;
        if (!(algorithm switch { Jwa.ES256 => key.Kty == "EC" && key.Crv == "P-256", Jwa.EdDSA => key.Kty == "OKP", _ => key.Kty == "RSA" })) return false;
        try
        {
            using var material = KeyMaterial.FromMembers(algorithm, name => Base64Url.DecodeFromChars(name switch { "n" => key.N, "e" => key.E, "x" => key.X, "y" => key.Y, _ => "" }));
            return signature.Length == material.SignatureLength && material.Verify(signed, signature);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static JsonDocument? Parse(string encoded)
    {
        if (!Base64Url.IsValid(encoded)) return null;
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), new() { MaxDepth = 16, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind is JsonValueKind.Object ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double? Seconds(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

    private static OAuthError Invalid(string problem) => new("invalid_software_statement", $"the software statement {problem}");
}
