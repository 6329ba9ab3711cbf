using System.Text.Json.Nodes;
using Gatehouse.Clients;

namespace Gatehouse.Cli.App;

/// <summary>Clients as they are printed: RFC 7591's names, with what its §3.2.1 adds to a registration.</summary>
internal static class ClientJson
{
    public static JsonObject Of(Client client)
    {
        var json = ClientMetadata.Write(client);
        json["client_id_issued_at"] = client.CreatedAt.ToUnixTimeSeconds();
        return json;
    }

    /// <summary>The one answer that has the secret in it.</summary>
    public static JsonObject Of(Client client, IssuedSecret? secret)
    {
        var json = Of(client);
        if (secret is null) return json;
        json.Insert(1, "client_secret", secret.Reveal);
        json.Insert(2, "client_secret_expires_at", secret.Stored.ExpiresAt?.ToUnixTimeSeconds() ?? 0);
        return json;
    }

    /// <summary>What can be said of secrets when they are no longer known.</summary>
    public static JsonArray Secrets(Client client) => [.. client.Secrets.Select(secret => (JsonNode)new JsonObject
    {
        ["id"] = secret.Id,
        ["algorithm"] = secret.Algorithm,
        ["created_at"] = secret.CreatedAt.ToUnixTimeSeconds(),
        ["expires_at"] = secret.ExpiresAt?.ToUnixTimeSeconds() ?? 0,
    })];

    /// <summary>The same for people.</summary>
    public static void Print(Terminal terminal, JsonObject json) => terminal.Properties(json.Select(member => (member.Key, Plain(member.Key, member.Value))));

    public static string Date(DateTimeOffset? instant, string none) => instant?.ToString("yyyy-MM-dd HH:mm'Z'", null) ?? none;

    private static string Plain(string name, JsonNode? value) => value switch
    {
        JsonArray { Count: 0 } => "-",
        JsonArray array when array.All(item => item is JsonValue) => string.Join('\n', array.Select(item => item!.ToString())),
        JsonValue number when name.EndsWith("_at", StringComparison.Ordinal) && number.TryGetValue<long>(out var seconds) =>
            Date(seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds), "never"),
        JsonValue text when text.TryGetValue<string>(out var plain) => plain.Length == 0 ? "-" : plain,
        _ => value?.ToJsonString() ?? "-",
    };
}
