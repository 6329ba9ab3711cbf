// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client metadata as JSON, one member)
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>One member of client metadata that steers something: how it is read, and how it is written.</summary>
/// <param name="Name">Its name in the registry of RFC 7591.</param>
/// <param name="Expected">What its value must be, for the error.</param>
/// <param name="TryRead">The client with this value, or null if the value has another type.</param>
/// <param name="Write">The value, or null if it is left out.</param>
internal sealed record MetadataMember(string Name, string Expected, Func<Client, JsonElement, Client?> TryRead, Func<Client, JsonNode?> Write)
{
    public OAuthError WrongType => new(Name == "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata", $"{Name} must be {Expected}");

    public static MetadataMember Text(string name, Func<Client, string?> get, Func<Client, string, Client> set) => new(name, "a string",
        (client, value) => value.ValueKind is JsonValueKind.String ? set(client, value.GetString()!) : null,
        client => get(client));

    /// <param name="always">Write it also when it is false: the reader should see that it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="get">Reads it from a client.</param>
    /// <param name="set">A client with it.</param>
    public static MetadataMember Flag(string name, Func<Client, bool> get, Func<Client, bool, Client> set, bool always = false) => new(name, "true or false",
        (client, value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? set(client, value.GetBoolean()) : null,
        client => get(client) || always ? get(client) : null);

    /// <param name="always">Write it also when it is empty.</param>
    /// <param name="name">Its name.</param>
    /// <param name="get">Reads it from a client.</param>
    /// <param name="set">A client with it.</param>
    public static MetadataMember List(string name, Func<Client, IReadOnlyList<string>> get, Func<Client, IReadOnlyList<string>, Client> set, bool always = false) => new(name, "an array of strings",
        (client, value) => value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
            ? set(client, [.. value.EnumerateArray().Select(item => item.GetString()!)]) : null,
        client => get(client).Count > 0 || always ? new JsonArray([.. get(client).Select(item => (JsonNode)item)]) : null);

    public static MetadataMember Seconds(string name, Func<Client, int?> get, Func<Client, int, Client> set) => new(name, "a whole number of seconds",
        (client, value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds >= 0 ? set(client, seconds) : null,
        client => get(client));

    public static MetadataMember Object(string name, Func<Client, JsonElement?> get, Func<Client, JsonElement, Client> set) => new(name, "a JSON object",
        (client, value) => value.ValueKind is JsonValueKind.Object ? set(client, value.Clone()) : null,
        client => get(client) is { } json ? JsonNode.Parse(json.GetRawText()) : null);
}
