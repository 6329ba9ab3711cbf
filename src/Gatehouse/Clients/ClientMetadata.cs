// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client metadata as JSON)
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Metadata from JSON and back. Read member by member, so that every mistake is reported at once and by name.</summary>
internal static class ClientMetadata
{
    /// <summary>What the server gives and a client may echo (RFC 7592 §2.2): never taken from metadata, never stored with it.</summary>
    public static IReadOnlySet<string> Issued { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at", "registration_access_token", "registration_client_uri",
    };

    /// <summary>The client that <paramref name="metadata"/> describes; members that could not be read keep their default and add an error.</summary>
    public static Client Read(string clientId, JsonElement metadata, List<OAuthError> errors)
    {
        var client = new Client { Id = clientId };
        if (metadata.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(new("invalid_client_metadata", "client metadata must be a JSON object"));
            return client;
        }
        var other = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        // A null member counts as left out (RFC 7592 §2.2).
        foreach (var member in metadata.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
            switch (member.Name)
            {
                case "client_name": client = client with { Name = Text(member, errors) }; break;
                case "token_endpoint_auth_method": client = client with { TokenEndpointAuthMethod = Text(member, errors) }; break;
                case "grant_types": client = client with { GrantTypes = List(member, errors) }; break;
                case "redirect_uris": client = client with { RedirectUris = List(member, errors) }; break;
                case "scope": client = client with { Scope = Text(member, errors) }; break;
                case "application_type": client = client with { ApplicationType = Text(member, errors) }; break;
                case "require_pkce": client = client with { RequirePkce = Flag(member, errors) }; break;
                case "require_consent": client = client with { RequireConsent = Flag(member, errors) }; break;
                case "resource_server_for": client = client with { ResourceServerFor = List(member, errors) }; break;
                case "enabled": client = client with { Enabled = Flag(member, errors) }; break;
                default:
                    if (!Issued.Contains(member.Name)) other[member.Name] = member.Value.Clone();
                    break;
            }
        return other.Count == 0 ? client : client with { Other = other };
    }

    /// <summary>
    /// The metadata in full, <c>client_id</c> first; no secret is in it. By hand like the reading: a source-generated reader gives a member that is
    /// missing, as in what an older version stored, its type's zero instead of its default, and for <c>require_pkce</c> that is the unsafe one.
    /// </summary>
    public static JsonObject Write(Client client)
    {
        var json = new JsonObject { ["client_id"] = client.Id };
        if (client.Name is not null) json["client_name"] = client.Name;
        json["token_endpoint_auth_method"] = client.TokenEndpointAuthMethod;
        json["grant_types"] = Array(client.GrantTypes);
        json["redirect_uris"] = Array(client.RedirectUris);
        json["scope"] = client.Scope;
        json["application_type"] = client.ApplicationType;
        json["require_pkce"] = client.RequirePkce;
        json["require_consent"] = client.RequireConsent;
        json["resource_server_for"] = Array(client.ResourceServerFor);
        json["enabled"] = client.Enabled;
        foreach (var (name, value) in client.Other ?? new Dictionary<string, JsonElement>())
            json[name] = JsonNode.Parse(value.GetRawText());
        return json;
    }

    private static JsonArray Array(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private static string Text(JsonProperty member, List<OAuthError> errors)
    {
        if (member.Value.ValueKind is JsonValueKind.String) return member.Value.GetString()!;
        errors.Add(WrongType(member, "a string"));
        return "";
    }

    private static bool Flag(JsonProperty member, List<OAuthError> errors)
    {
        if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) errors.Add(WrongType(member, "true or false"));
        return member.Value.ValueKind is JsonValueKind.True;
    }

    private static string[] List(JsonProperty member, List<OAuthError> errors)
    {
        if (member.Value.ValueKind is JsonValueKind.Array && member.Value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String))
            return [.. member.Value.EnumerateArray().Select(item => item.GetString()!)];
        errors.Add(WrongType(member, "an array of strings"));
        return [];
    }

    private static OAuthError WrongType(JsonProperty member, string expected) =>
        new(member.Name == "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata", $"{member.Name} must be {expected}");
}
