using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Server.Tests;

/// <summary>The files that operators take over as they are, and what these ask for.</summary>
internal static partial class Dashboard
{
    public static readonly string Folder = Repository.File("deploy", "prometheus");

    public static readonly JsonElement Model = JsonElement.Parse(File.ReadAllText(Repository.File("deploy", "grafana", "gatehouse.json")));

    public static readonly string Rules = File.ReadAllText(Path.Combine(Folder, "gatehouse.rules.yml"));

    public static IReadOnlyList<JsonElement> Panels => [.. Model.GetProperty("panels").EnumerateArray()];

    /// <summary>Every query with the panel that it is of, as Grafana would send it.</summary>
    public static IReadOnlyList<(string Panel, string Query)> Queries =>
    [
        .. from panel in Panels
           where panel.GetProperty("type").GetString() != "row"
           from target in panel.GetProperty("targets").EnumerateArray()
           select (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!
               .Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$job", "gatehouse", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal)),
    ];

    /// <summary>The series that dashboard and rules need; labels look like them.</summary>
    public static IReadOnlyList<string> Series => [.. Names().Matches(Grouping().Replace(string.Join('\n', Queries.Select(query => query.Query)) + Rules, "")).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"by \([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w:""{,])((?:gatehouse|db|dotnet|http|kestrel)_[a-z0-9_]+)(?=[{\[)])")]
    private static partial Regex Names();
}
