// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3.1: client registration request)
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Registration;

/// <summary>What a client asks for, before anybody judged it: a JSON object of a bounded size.</summary>
internal sealed class RegistrationRequest
{
    /// <summary>Five times the metadata of the largest client that we know, and less than what would hurt.</summary>
    public const int MaxBytes = 64 * 1024;

    private RegistrationRequest(JsonObject metadata) => Metadata = metadata;

    /// <summary>A null member counts as left out (RFC 7592 §2.2).</summary>
    public JsonObject Metadata { get; }

    public string? SoftwareStatement => Text("software_statement");

    public static Result<RegistrationRequest> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // Broken UTF-8 and a repeated member are refused: each can mean two things.
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 16, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind is not JsonValueKind.Object) return NotAnObject();
            var metadata = JsonObject.Create(document.RootElement.Clone())!;
            foreach (var name in metadata.Where(member => member.Value is null).Select(member => member.Key).ToList()) metadata.Remove(name);
            _ = metadata.ToJsonString();
            return metadata["software_statement"] is { } statement && statement.GetValueKind() is not JsonValueKind.String
                ? new OAuthError("invalid_software_statement", "software_statement must be a string") : new RegistrationRequest(metadata);
        }
        // Half a surrogate pair, escaped, is JSON, and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NotAnObject();
        }
    }

    /// <summary>RFC 7592 §2.2: what a change must and must not contain.</summary>
    public OAuthError? ProblemAsChangeOf(Client client, DateTimeOffset now)
    {
        foreach (var name in new[] { "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at" })
            if (Metadata.ContainsKey(name)) return OAuthError.InvalidRequest($"{name} must not be in a change (RFC 7592 section 2.2)");
        if (Text("client_id") != client.Id) return OAuthError.InvalidRequest("client_id must be there and be this client's own (RFC 7592 section 2.2)");
        if (!Metadata.ContainsKey("client_secret")) return null;
        var hash = ClientSecret.HashOf(Text("client_secret") ?? "");
        return client.Secrets.Any(secret => (secret.ExpiresAt is null || secret.ExpiresAt > now) && secret.Algorithm == ClientSecret.Sha256
            && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(secret.Hash.Span, hash))
            ? null : OAuthError.InvalidRequest("client_secret is not the one that was issued; a client cannot choose its own (RFC 7592 section 2.2)");
    }

    private string? Text(string name) => Metadata[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static OAuthError NotAnObject() => OAuthError.InvalidRequest("the body must be a JSON object in UTF-8, without repeated members");
}
