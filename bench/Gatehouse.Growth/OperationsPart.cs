using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>The cost of each operation at every size, and what a grant takes up on disk.</summary>
/// <param name="report">Where the tables go.</param>
/// <param name="artifacts">The sizes; null for those that are documented.</param>
/// <param name="quick">To see that it works.</param>
internal sealed class OperationsPart(Report report, int[]? artifacts, bool quick)
{
    /// <summary>What the largest may cost, compared with the smallest.</summary>
    public const double Flat = 1.25;

    public async Task PostgreSqlAsync(PostgresCluster cluster, CancellationToken ct)
    {
        int[] sizes = artifacts ?? (quick ? [1_000, 10_000] : [1_000, 100_000, 10_000_000]);
        var version = (string)(await cluster.ExecuteAsync("SELECT split_part(version(), ' ', 2)", ct))!;
        var memory = (string)(await cluster.ExecuteAsync("SHOW shared_buffers", ct))!;
        var huge = (string)(await cluster.ExecuteAsync("SHOW huge_pages", ct))! == "on";
        var grown = new List<IGrown>();
        foreach (var size in sizes) grown.Add(await FillAsync(async () => await GrownPostgreSql.CreateAsync(cluster, size, null, ct), size));
        report.Write("postgresql", await MeasureAsync(Report.Machine($"PostgreSQL {version} with {memory} of shared buffers, {(huge ? "in huge pages" : "no huge pages")}"), grown, await CountAsync(cluster, sizes, ct), ct));
        foreach (var database in grown) await database.DisposeAsync();
    }

    public async Task SqliteAsync(CancellationToken ct)
    {
        var grown = new List<IGrown>();
        foreach (var size in artifacts ?? (quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000])) grown.Add(await FillAsync(async () => await GrownSqlite.CreateAsync(size, ct), size));
        report.Write("sqlite", await MeasureAsync(Report.Machine("SQLite"), grown, null, ct));
        foreach (var database in grown) await database.DisposeAsync();
    }

    private static async Task<IGrown> FillAsync(Func<Task<IGrown>> fill, int size)
    {
        var clock = Stopwatch.StartNew();
        var grown = await fill();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"filled {grown.Name} with {size:N0} artifacts in {clock.Elapsed.TotalSeconds:F0} s"));
        return grown;
    }

    /// <summary>Pages per operation, in databases of their own whose every statement is explained.</summary>
    private static async Task<Dictionary<(string, int), double>> CountAsync(PostgresCluster cluster, int[] sizes, CancellationToken ct)
    {
        var counts = new Dictionary<(string, int), double>();
        foreach (var size in sizes.Where(size => size <= 100_000))
        {
            await using var grown = await GrownPostgreSql.CreateAsync(cluster, size, Plans.SessionOptions, ct);
            foreach (var (operation, pages, _) in await Buffers.CountAsync(await Workload.CreateAsync(grown, ct), new(cluster), 20)) counts[(operation.Name, size)] = pages;
        }
        return counts;
    }

    private async Task<string> MeasureAsync(string machine, List<IGrown> grown, Dictionary<(string, int), double>? pages, CancellationToken ct)
    {
        var work = new List<Workload>();
        foreach (var database in grown) work.Add(await Workload.CreateAsync(database, ct));
        work.Add(await Workload.CreateNewestAsync(work[^1], ct));
        var clock = Stopwatch.StartNew();
        var (rounds, calls) = quick ? (2, 10) : (9, 60);
        var times = await Costs.MeasureAsync(work, rounds, calls, Operation.All);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {grown[0].Name} in {clock.Elapsed.TotalSeconds:F0} s"));
        var text = new StringBuilder();
        text.AppendLine(machine).AppendLine();
        text.Append("| operation |").AppendJoin("", work.Select(one => string.Create(CultureInfo.InvariantCulture, $" {one.Grown.Artifacts:N0}{(one.Newest ? ", the newest" : "")}, µs |"))).Append(" largest / smallest | the newest / smallest | flat (≤ 1.25) |");
        int[] counted = pages is null ? [] : [.. grown.Select(database => database.Artifacts).Where(size => pages.ContainsKey((Operation.All[0].Name, size)))];
        foreach (var size in counted) text.Append(CultureInfo.InvariantCulture, $" pages at {size:N0} |");
        text.AppendLine().Append("| --- |").AppendJoin("", work.Select(_ => " ---: |")).Append(" ---: | ---: | --- |").AppendJoin("", counted.Select(_ => " ---: |")).AppendLine();
        var flat = new List<string>();
        foreach (var operation in Operation.All)
        {
            double[] costs = [.. work.Select(one => times[(operation.Name, one)])];
            // Against the smallest: every size, also those between.
            var (most, newest) = (costs[1..^1].Append(costs[^2]).Max() / costs[0], costs[^1] / costs[0]);
            flat.Add(most <= Flat ? "yes" : newest <= Flat ? "the newest" : "no");
            text.Append(CultureInfo.InvariantCulture, $"| {operation.Name} |");
            foreach (var cost in costs) text.Append(CultureInfo.InvariantCulture, $" {cost:F0} |");
            text.Append(CultureInfo.InvariantCulture, $" {costs[^2] / costs[0]:F2} | {newest:F2} | {flat[^1]} |");
            foreach (var size in counted) text.Append(CultureInfo.InvariantCulture, $" {pages![(operation.Name, size)]:F1} |");
            text.AppendLine();
        }
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Of {flat.Count} operations {flat.Count("yes".Equals)} are flat, {flat.Count("the newest".Equals)} for the newest tokens only, and {flat.Count("no".Equals)} are not.");
        text.AppendLine().AppendLine("| artifacts | on disk | bytes per artifact | bytes per grant | of it |").AppendLine("| ---: | ---: | ---: | ---: | --- |");
        foreach (var database in grown.Where(database => database.Artifacts >= 10_000))
        {
            var bytes = await database.SizesAsync(ct);
            double total = bytes.Values.Sum();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {database.Artifacts:N0} | {total / 1e6:N0} MB | {total / database.Artifacts:F0} | {total / (database.Artifacts / Content.PerFamily):F0} | {string.Join(", ", bytes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value / total:P0}")))} |");
        }
        return text.ToString();
    }
}
