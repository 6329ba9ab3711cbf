using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Audit;

namespace Gatehouse.Cli.Audit;

/// <summary>An event as a line of JSON, and as a row.</summary>
internal static class AuditJson
{
    public static readonly string[] Headings = ["at", "type", "outcome", "client", "user", "from", "details"];

    public static JsonObject Of(AuditEvent audited)
    {
        var json = new JsonObject
        {
            ["id"] = audited.Id.ToString(),
            ["at"] = audited.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["type"] = audited.Type,
            ["outcome"] = audited.Outcome,
            ["client_id"] = audited.ClientId,
            ["subject_hash"] = audited.Subject,
            ["address_hash"] = audited.Address,
            ["node"] = audited.Node,
        };
        if (audited.Details.Count > 0) json["details"] = new JsonObject(audited.Details.Select(detail => KeyValuePair.Create(detail.Key, (JsonNode?)detail.Value)));
        return json;
    }

    public static IReadOnlyList<string> Row(AuditEvent audited) =>
    [
        audited.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), audited.Type, audited.Outcome, audited.ClientId ?? "-", Short(audited.Subject), Short(audited.Address),
        string.Join(", ", audited.Details.Select(detail => $"{detail.Key} {detail.Value}")),
    ];

    public static string Line(AuditEvent audited) => string.Join("  ", Row(audited));

    /// <summary>Enough to see that two rows speak of the same person; the whole hash is in the JSON.</summary>
    private static string Short(string? hash) => hash?[..Math.Min(8, hash.Length)] ?? "-";
}
