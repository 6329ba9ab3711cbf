using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>A statement as PostgreSQL ran it.</summary>
/// <param name="Sql">As it was sent.</param>
/// <param name="Buffers">Pages of tables and indexes that it looked at, in memory or not.</param>
/// <param name="Rows">Rows that its steps handed on, over all times that they were run.</param>
/// <param name="Scanned">Tables that it read from end to end.</param>
internal sealed record Plan(string Sql, long Buffers, double Rows, IReadOnlyList<string> Scanned);

/// <summary>
/// What the stores really send, and how PostgreSQL really runs it: <c>auto_explain</c> writes every statement's plan, with its buffers, to the server's log. Nothing has to be kept equal with the stores by hand, and what EF makes up is seen, too.
/// </summary>
internal sealed partial class Plans(PostgresCluster cluster)
{
    /// <summary>For the sessions of the stores. Not timed: reading the clock for each row would be most of the time.</summary>
    public const string SessionOptions = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c auto_explain.log_timing=off "
        + "-c auto_explain.log_format=json -c auto_explain.log_level=log";

    private int read = cluster.ReadLog().Length;

    /// <summary>The statements that ran since this was asked last.</summary>
    public IReadOnlyList<Plan> Take()
    {
        var log = cluster.ReadLog();
        var since = log[read..];
        read = log.Length;
        return [.. Entry().Matches(since).Select(match => Read(JsonElement.Parse(match.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal))))];
    }

    private static Plan Read(JsonElement entry)
    {
        var root = entry.GetProperty("Plan");
        var scanned = new List<string>();
        var rows = Walk(root, scanned);
        return new(entry.GetProperty("Query Text").GetString()!, root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64(), rows, scanned);
    }

    private static double Walk(JsonElement node, List<string> scanned)
    {
        if (node.GetProperty("Node Type").GetString() == "Seq Scan" && node.TryGetProperty("Relation Name", out var table)) scanned.Add(table.GetString()!);
        var rows = node.GetProperty("Actual Rows").GetDouble() * node.GetProperty("Actual Loops").GetDouble();
        return node.TryGetProperty("Plans", out var children) ? rows + children.EnumerateArray().Sum(child => Walk(child, scanned)) : rows;
    }

    // The lines of one entry after the first begin with a tab.
    [GeneratedRegex(@"LOG:  duration: [\d.]+ ms  plan:\n\t(\{\n(?:\t.*\n)*)")]
    private static partial Regex Entry();
}
