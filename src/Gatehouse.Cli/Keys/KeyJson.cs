using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Keys;

/// <summary>How a key is shown: to programs, and to people.</summary>
internal static class KeyJson
{
    public static JsonObject Of(StoredKey key, IReadOnlyList<StoredKey> stored, AppKeys keys) => new()
    {
        ["kid"] = key.Id,
        ["alg"] = key.Algorithm,
        ["state"] = StateOf(key, stored, keys),
        ["created_at"] = key.CreatedAt.ToUnixTimeSeconds(),
        ["signs_from"] = key.ActivatesAt.ToUnixTimeSeconds(),
        ["forgotten_at"] = keys.Schedule.EndOf(key, stored)?.ToUnixTimeSeconds() ?? 0,
    };

    public static string[] Row(StoredKey key, IReadOnlyList<StoredKey> stored, AppKeys keys) =>
    [
        key.Id, key.Algorithm, StateOf(key, stored, keys), Text(key.CreatedAt), Text(key.ActivatesAt), keys.Schedule.EndOf(key, stored) is { } end ? Text(end) : "-",
    ];

    public static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string StateOf(StoredKey key, IReadOnlyList<StoredKey> stored, AppKeys keys) => keys.Schedule.PhaseOf(key, stored, keys.Now).ToString().ToLowerInvariant();
}
