using System.Globalization;

namespace Gatehouse.Cli.Doctor;

/// <summary>Are the nodes of a cluster one provider? Each is asked at its own address, past the proxy.</summary>
internal static class NodeChecks
{
    /// <summary>Nodes look for new keys every two seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6), Pause = TimeSpan.FromSeconds(1);

    /// <summary>A Date header says whole seconds, and one node is asked after the other.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Check>> RunAsync(IReadOnlyList<ServerProbe> nodes, string? issuer, TimeProvider clock, CancellationToken ct)
    {
        var checks = new List<Check>();
        var ahead = new List<(ServerProbe Node, TimeSpan Ahead)>();
        foreach (var node in nodes)
        {
            var (problem, date) = await node.ReadMetadataAsync(ct);
            if (date is { } told) ahead.Add((node, told - clock.GetUtcNow()));
            checks.Add(problem is not null ? Unreachable(node, problem)
                : issuer is { Length: > 0 } && node.Issuer != issuer
                    ? Check.Fail($"node {node.Server}", $"says that it is {node.Issuer}, and the others {issuer}", "Give all nodes the same Gatehouse:Issuer: tokens of one are refused by the others.")
                : await node.IsReadyAsync(ct) is false
                    ? Check.Fail($"node {node.Server}", "answers, but /health/ready says that it is not ready", "Its log says why (event 5002).")
                : Check.Ok($"node {node.Server}", $"answers as {node.Issuer}"));
            issuer ??= problem is null ? node.Issuer : null;
        }
        var answering = nodes.Where(node => node.Issuer.Length > 0).ToList();
        if (answering.Count < 2) return checks;
        checks.Add(Clocks(ahead));
        checks.Add(await KeysAsync(answering, ct));
        return checks;
    }

    private static Check Unreachable(ServerProbe node, string problem) => problem.Contains("https is required", StringComparison.Ordinal)
        ? Check.Fail($"node {node.Server}", problem, "Run this where Gatehouse:Proxies trusts it (the doctor says, as your proxy would, that https was used), or name the node's https address.")
        : Check.Fail($"node {node.Server}", problem, "See that it runs and can be reached from here. Your proxy must leave it out meanwhile: compare its configuration.");

    private static Check Clocks(List<(ServerProbe Node, TimeSpan Ahead)> ahead)
    {
        var (first, last) = (ahead.MinBy(node => node.Ahead), ahead.MaxBy(node => node.Ahead));
        var apart = last.Ahead - first.Ahead;
        var detail = string.Create(CultureInfo.InvariantCulture, $"at most {Math.Round(apart.TotalSeconds, 1)} s apart");
        return apart <= Tolerance ? Check.Ok("node clocks", detail)
            : Check.Fail("node clocks", $"{last.Node.Server} is {Math.Round(apart.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture)} s ahead of {first.Node.Server}", "Synchronise the clocks (NTP): what one node issues, another counts the lifetime of.");
    }

    private static async Task<Check> KeysAsync(IReadOnlyList<ServerProbe> nodes, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var sets = new List<(ServerProbe Node, string Keys)>();
            foreach (var node in nodes) sets.Add((node, string.Join(", ", await node.ReadKeyIdsAsync(ct))));
            if (sets.Select(set => set.Keys).Distinct(StringComparer.Ordinal).Count() == 1) return Check.Ok("node keys", $"all nodes publish the same: {sets[0].Keys}");
            if (waited >= Patience)
            {
                var other = sets.First(set => set.Keys != sets[0].Keys);
                return Check.Fail("node keys", $"{sets[0].Node.Server} publishes {sets[0].Keys}; {other.Node.Server} publishes {other.Keys}",
                    "See that all nodes use the same database and the same Data Protection keys, and their logs for 1202 and 1203: tokens of one are refused by whoever asks the other.");
            }
            await Task.Delay(Pause, ct);
        }
    }
}
