using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Clients;

/// <summary>
/// A configuration section as the JSON that it came from, so that what a file declares is read by the same code, and with the same messages, as what is registered. Configuration
/// keeps text only: a truth value is known by its looks, a number by the name of its member.
/// </summary>
internal static class ConfigurationJson
{
    public static JsonNode? Read(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0) return Leaf(section.Key, section.Value);
        if (children.All(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out _)))
            return new JsonArray([.. children.OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture)).Select(Read)]);
        var json = new JsonObject();
        foreach (var child in children)
            if (Read(child) is { } value) json[child.Key] = value;
        return json;
    }

    private static JsonNode? Leaf(string name, string? text) => text switch
    {
        // An empty list arrives as an empty text.
        null or "" => null,
        _ when bool.TryParse(text, out var flag) => flag,
        _ when IsNumber(name) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private static bool IsNumber(string name) =>
        name.EndsWith("_age", StringComparison.Ordinal) || name.EndsWith("_at", StringComparison.Ordinal) || name.EndsWith("_lifetime", StringComparison.Ordinal);
}
