using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>The cost of each operation at every size, and what a grant takes up on disk.</summary>
internal static class OperationsPart
{
    public static async Task RunAsync(PostgresCluster cluster, Report report, bool quick, CancellationToken ct)
    {
        int[] postgreSql = quick ? [1_000, 10_000] : [1_000, 100_000, 10_000_000], sqlite = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000];
        var version = (string)(await cluster.ExecuteAsync("SELECT split_part(version(), ' ', 2)", ct))!;
        var grown = new List<IGrown>();
        foreach (var artifacts in postgreSql) grown.Add(await FillAsync(() => GrowAsync(cluster, artifacts, null, ct), artifacts));
        report.Write("postgresql", await MeasureAsync(Report.Machine($"PostgreSQL {version}"), grown, quick, await CountAsync(cluster, postgreSql, ct), ct));
        foreach (var database in grown) await database.DisposeAsync();

        grown.Clear();
        foreach (var artifacts in sqlite) grown.Add(await FillAsync(async () => await GrownSqlite.CreateAsync(artifacts, ct), artifacts));
        report.Write("sqlite", await MeasureAsync(Report.Machine("SQLite"), grown, quick, null, ct));
        foreach (var database in grown) await database.DisposeAsync();
    }

    private static async Task<IGrown> GrowAsync(PostgresCluster cluster, int artifacts, string? options, CancellationToken ct) => await GrownPostgreSql.CreateAsync(cluster, artifacts, options, ct);

    private static async Task<IGrown> FillAsync(Func<Task<IGrown>> fill, int artifacts)
    {
        var clock = Stopwatch.StartNew();
        var grown = await fill();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"filled {grown.Name} with {artifacts:N0} artifacts in {clock.Elapsed.TotalSeconds:F0} s"));
        return grown;
    }

    /// <summary>Pages per operation, in databases of their own whose every statement is explained.</summary>
    private static async Task<Dictionary<(string, int), double>> CountAsync(PostgresCluster cluster, int[] sizes, CancellationToken ct)
    {
        var counts = new Dictionary<(string, int), double>();
        foreach (var artifacts in sizes.Where(size => size <= 1_000_000))
        {
            await using var grown = await GrownPostgreSql.CreateAsync(cluster, artifacts, Plans.SessionOptions, ct);
            foreach (var (operation, pages, _) in await Buffers.CountAsync(await Workload.CreateAsync(grown, ct), new(cluster), 20)) counts[(operation.Name, artifacts)] = pages;
        }
        return counts;
    }

    private static async Task<string> MeasureAsync(string machine, List<IGrown> grown, bool quick, Dictionary<(string, int), double>? pages, CancellationToken ct)
    {
        var work = new List<Workload>();
        foreach (var database in grown) work.Add(await Workload.CreateAsync(database, ct));
        var times = await Costs.MeasureAsync(work, quick ? 2 : 9, quick ? 10 : 60);
        int[] sizes = [.. grown.Select(database => database.Artifacts)];
        var text = new StringBuilder();
        text.AppendLine(machine).AppendLine();
        text.Append("| operation |").AppendJoin(' ', sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size:N0}, µs |"))).Append(" largest / smallest |");
        int[] counted = pages is null ? [] : [.. sizes.Where(size => pages.ContainsKey((Operation.All[0].Name, size)))];
        foreach (var size in counted) text.Append(CultureInfo.InvariantCulture, $" pages at {size:N0} |");
        text.AppendLine().Append("| --- |").AppendJoin("", sizes.Select(_ => " ---: |")).Append(" ---: |").AppendJoin("", counted.Select(_ => " ---: |")).AppendLine();
        foreach (var operation in Operation.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {operation.Name} |");
            foreach (var size in sizes) text.Append(CultureInfo.InvariantCulture, $" {times[(operation.Name, size)]:F0} |");
            text.Append(CultureInfo.InvariantCulture, $" {times[(operation.Name, sizes[^1])] / times[(operation.Name, sizes[0])]:F2} |");
            foreach (var size in counted) text.Append(CultureInfo.InvariantCulture, $" {pages![(operation.Name, size)]:F1} |");
            text.AppendLine();
        }
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
