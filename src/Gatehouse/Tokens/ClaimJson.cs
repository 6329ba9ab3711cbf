// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.1: standard claims, §5.3.2: what is left out)
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Tokens;

/// <summary>
/// Claims of .NET, which are strings, as members of JSON. A standard claim has the type that the specification gives it, whatever the app's own type was; another has the type that
/// its value type names. Nothing null or empty is written.
/// </summary>
internal static class ClaimJson
{
    private static readonly JsonDocumentOptions Strictly = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private static readonly FrozenDictionary<string, Func<string, JsonNode?>> Standard = new Dictionary<string, Func<string, JsonNode?>>
    {
        ["name"] = Text,
        ["given_name"] = Text,
        ["family_name"] = Text,
        ["middle_name"] = Text,
        ["nickname"] = Text,
        ["preferred_username"] = Text,
        ["profile"] = Text,
        ["picture"] = Text,
        ["website"] = Text,
        ["gender"] = Text,
        ["birthdate"] = Text,
        ["zoneinfo"] = Text,
        ["locale"] = Text,
        ["updated_at"] = Time,
        ["email"] = Text,
        ["email_verified"] = Flag,
        ["phone_number"] = Text,
        ["phone_number_verified"] = Flag,
        ["address"] = Address,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenClaim> claims)
    {
        if (claims.Count == 0) return;
        foreach (var type in claims.GroupBy(claim => claim.Type, StringComparer.Ordinal))
        {
            if (Standard.TryGetValue(type.Key.Split('#')[0], out var read)) Write(json, type.Key, type.Select(claim => read(claim.Value)).FirstOrDefault(value => value is not null));
            else Write(json, type.Key, OneOrMany([.. type.Select(Own).OfType<JsonNode>()]));
        }
    }

    private static void Write(Utf8JsonWriter json, string name, JsonNode? value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static JsonNode? OneOrMany(List<JsonNode> values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => new JsonArray([.. values]),
    };

    private static JsonValue? Text(string value) => string.IsNullOrWhiteSpace(value) ? null : JsonValue.Create(value);

    private static JsonValue? Flag(string value) => value switch
    {
        _ when bool.TryParse(value, out var flag) => JsonValue.Create(flag),
        "1" => JsonValue.Create(true),
        "0" => JsonValue.Create(false),
        _ => null,
    };

    /// <summary>Seconds since 1970. Apps keep such things as dates more often than as numbers.</summary>
    private static JsonValue? Time(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? JsonValue.Create(seconds)
        : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? JsonValue.Create(time.ToUnixTimeSeconds())
        : null;

    /// <summary>An object (§5.1.1). An app that has one string for it means how it is printed.</summary>
    private static JsonObject? Address(string value) =>
        TryParse(value, out var parsed) && value.AsSpan().TrimStart().StartsWith("{") ? parsed as JsonObject
        : Text(value) is { } formatted ? new JsonObject { ["formatted"] = formatted } : null;

    private static JsonNode? Own(TokenClaim claim) => claim.ValueType switch
    {
        ClaimValueTypes.Boolean when bool.TryParse(claim.Value, out var flag) => JsonValue.Create(flag),
        ClaimValueTypes.Integer or ClaimValueTypes.Integer32 or ClaimValueTypes.Integer64 or ClaimValueTypes.UInteger32
            when long.TryParse(claim.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        ClaimValueTypes.Double when double.TryParse(claim.Value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        // JsonClaimValueTypes of Microsoft.IdentityModel.
        "JSON" or "JSON_ARRAY" or "JSON_NULL" => TryParse(claim.Value, out var parsed) ? parsed : null,
        _ => Text(claim.Value),
    };

    /// <summary>False for what is no JSON. What is null or empty, at any depth, is taken out; of nothing else, nothing is left.</summary>
    private static bool TryParse(string value, out JsonNode? parsed)
    {
        try
        {
            parsed = Filled(JsonNode.Parse(value, null, Strictly));
            return true;
        }
        catch (JsonException)
        {
            parsed = null;
            return false;
        }
    }

    private static JsonNode? Filled(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                JsonNode[] items = [.. array.Select(Filled).OfType<JsonNode>()];
                return items.Length == 0 ? null : new JsonArray(items);
            case JsonObject json:
                var filled = new JsonObject();
                foreach (var (name, member) in json)
                    if (Filled(member) is { } kept) filled[name] = kept;
                return filled.Count == 0 ? null : filled;
            case JsonValue text when text.TryGetValue<string>(out var value) && string.IsNullOrWhiteSpace(value):
                return null;
            default:
                return node?.DeepClone();
        }
    }
}
