// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2.3: software statement, §3.1.1)
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>The claims of a statement, a JSON object, once its signature is verified.</summary>
internal sealed record VouchedMetadata(JsonElement Claims);

/// <summary>Metadata that an authority signed: believed if the operator named the authority, and then worth more than what the client says itself (SR-155).</summary>
internal sealed class SoftwareStatement(ClientKeys keys, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan skew = TimeSpan.FromSeconds(60);

    private readonly IList<SoftwareStatementIssuer> issuers = options.Value.Registration.SoftwareStatementIssuers;

    public async ValueTask<Result<VouchedMetadata>> ReadAsync(string text, CancellationToken ct)
    {
        if (text.Split('.') is not [var header, var payload, var signature] || !Base64Url.IsValid(signature) || Parse(header) is not { } head || Parse(payload) is not { } claims)
            return Invalid("is not a signed JWT");
        if (head.TryGetProperty("crit", out _)) return Invalid("has critical headers, which are not known here");
        if (issuers.FirstOrDefault(known => known.Issuer == Text(claims, "iss")) is not { } issuer)
            return new OAuthError("unapproved_software_statement", "software statements of this issuer are not accepted here")
            {
                Reason = $"A software statement of '{new Diagnostics.Untrusted(Text(claims, "iss"))}' was sent, which is not in Gatehouse:Registration:SoftwareStatementIssuers.",
            };
        if (Text(head, "alg") is not { } algorithm || !Jwa.All.Contains(algorithm)) return Invalid($"must be signed with one of {string.Join(", ", Jwa.All)}");
        var authority = new Client { Id = $"software statements of {issuer.Issuer}", JwksUri = issuer.JwksUri };
        var signed = Encoding.ASCII.GetBytes(header + "." + payload);
        var proof = Base64Url.DecodeFromChars(signature);
        if (!(await keys.FindAsync(authority, Text(head, "kid"), ct)).Any(key => ClientSignature.Fits(key, algorithm) && ClientSignature.Verifies(key, algorithm, signed, proof)))
            return Invalid("is not signed with a key of its issuer");
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Seconds(claims, "exp") is { } expires && expires + skew.TotalSeconds < now) return Invalid("has expired");
        if (Seconds(claims, "nbf") is { } begins && begins - skew.TotalSeconds > now) return Invalid("is not valid yet");
        return new VouchedMetadata(claims);
    }

    private static JsonElement? Parse(string encoded) => Base64Url.IsValid(encoded) ? StrictJson.ParseObject(Base64Url.DecodeFromChars(encoded), maxDepth: 16) : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double? Seconds(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

    private static OAuthError Invalid(string problem) => new("invalid_software_statement", $"the software statement {problem}");
}
