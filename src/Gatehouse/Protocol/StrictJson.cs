// RFC 8259 - The JavaScript Object Notation (JSON) Data Interchange Format (§4, §8.2, §9: what interoperates)
using System.Text.Json;

namespace Gatehouse.Protocol;

/// <summary>JSON from strangers. Repeated names have a second meaning, endless depth is an attack, and half a surrogate pair is no text: it would throw wherever it is first read.</summary>
internal static class StrictJson
{
    /// <summary>Null for anything that is no JSON object, or one that two readers could understand differently.</summary>
    public static JsonElement? ParseObject(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new() { MaxDepth = maxDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind is JsonValueKind.Object && IsText(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsText(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => !element.GetString()!.Contains('\0'),
        JsonValueKind.Array => element.EnumerateArray().All(IsText),
        JsonValueKind.Object => element.EnumerateObject().All(member => !member.Name.Contains('\0') && IsText(member.Value)),
        _ => true,
    };
}
