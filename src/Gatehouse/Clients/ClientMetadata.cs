// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client metadata as JSON)
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Metadata from JSON and back. Read member by member, so that every mistake is reported at once and by name.</summary>
internal static class ClientMetadata
{
    private static readonly FrozenDictionary<string, MetadataMember> members = MetadataMembers.All.ToFrozenDictionary(member => member.Name, StringComparer.Ordinal);

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
        foreach (var found in metadata.EnumerateObject().Where(found => found.Value.ValueKind is not JsonValueKind.Null))
            if (members.TryGetValue(found.Name, out var member))
            {
                if (member.TryRead(client, found.Value) is { } read) client = read;
                else errors.Add(member.WrongType);
            }
            else if (!Issued.Contains(found.Name)) other[found.Name] = found.Value.Clone();
        return other.Count == 0 ? client : client with { Other = other };
    }

    /// <summary>
    /// The metadata in effect, <c>client_id</c> first; no secret is in it. By hand like the reading: a source-generated reader gives a member that is
    /// missing, as in what an older version stored, its type's zero instead of its default, and for <c>require_pkce</c> that is the unsafe one.
    /// </summary>
    public static JsonObject Write(Client client)
    {
        var json = new JsonObject { ["client_id"] = client.Id };
        foreach (var member in MetadataMembers.All)
            if (member.Write(client) is { } value)
                json[member.Name] = value;
        foreach (var (name, value) in client.Other ?? new Dictionary<string, JsonElement>())
            json[name] = JsonNode.Parse(value.GetRawText());
        return json;
    }
}
