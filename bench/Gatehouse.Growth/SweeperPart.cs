using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Growth;

/// <summary>Two thousand new artifacts a second that live for two seconds, beside look-ups and refreshes, in turns with the sweeper and without: what those that wait notice of it, and whether it keeps up.</summary>
internal static class SweeperPart
{
    private const int PerSecond = 2_000, PerFamily = 3;

    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(15), lifetime = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(PostgresCluster cluster, Report report, bool quick, CancellationToken ct)
    {
        var (turns, turn) = quick ? (1, TimeSpan.FromSeconds(3)) : (8, TimeSpan.FromSeconds(8));
        await using var grown = await GrownPostgreSql.CreateAsync(cluster, quick ? 10_000 : 1_000_000, "-c synchronous_commit=on", ct);
        var options = new GatehouseOptions { Sweeper = { Interval = TimeSpan.FromSeconds(1), Grace = TimeSpan.Zero } };
        // Of what the table was filled with nothing has expired: only what comes now is swept.
        await grown.ExecuteAsync("UPDATE gatehouse_artifacts SET expires_at = expires_at + 2592000000", ct);
        await grown.ExecuteAsync("VACUUM ANALYZE gatehouse_artifacts", ct);
        var work = await Workload.CreateAsync(grown, ct);
        using var sweeper = new ArtifactSweeper([Sweep.Expired(work.Protocol, options.Sweeper)], Options.Create(options), grown.Services.GetRequiredService<Metrics>(), TimeProvider.System, NullLogger<ArtifactSweeper>.Instance);
        var measured = new Dictionary<(string Operation, bool Sweeping), List<double>>();
        var (left, stored, swept) = (new List<long>(), 0L, 0L);

        await LoadAsync(work, TimeSpan.FromSeconds(3), [], false, ct);
        for (var i = 0; i < turns * 2; i++)
        {
            var sweeping = i % 2 == 1;
            if (sweeping)
            {
                // What the turn without has left is no part of keeping up.
                await sweeper.StartAsync(ct);
                while (await ExpiredAsync(grown, ct) > 0) await Task.Delay(tick, ct);
            }
            var before = await ExpiredAsync(grown, ct);
            var rows = await LoadAsync(work, turn, measured, sweeping, ct);
            if (!sweeping) continue;
            var after = await ExpiredAsync(grown, ct);
            await sweeper.StopAsync(ct);
            left.Add(after);
            stored += rows;
            swept += before + rows - after;
        }

        var text = new StringBuilder();
        text.AppendLine(Report.Machine($"PostgreSQL {await grown.AskAsync<string>("SELECT split_part(version(), ' ', 2)", ct)}")).AppendLine();
        text.AppendLine("| | p50 without, ms | p50 while sweeping, ms | p99 without, ms | p99 while sweeping, ms | p99, times |").AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var operation in measured.Keys.Select(key => key.Operation).Distinct())
        {
            var (off, on) = (measured[(operation, false)].Order().ToList(), measured[(operation, true)].Order().ToList());
            text.AppendLine(CultureInfo.InvariantCulture, $"| {operation} | {At(off, 0.5):F2} | {At(on, 0.5):F2} | {At(off, 0.99):F2} | {At(on, 0.99):F2} | {At(on, 0.99) / At(off, 0.99):F2} |");
        }
        var seconds = turns * turn.TotalSeconds;
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"{turns} turns of {turn.TotalSeconds:F0} s each. While it swept, {stored / seconds:N0} rows a second were stored to expire, and {swept / seconds:N0} were removed. Expired rows that were left at the end of a turn: {At([.. left.Select(rows => (double)rows).Order()], 0.5):N0} in the middle, {left.Max():N0} at most.");
        report.Write("sweeper", text.ToString());
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static Task<long> ExpiredAsync(GrownPostgreSql grown, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return grown.AskAsync<long>($"SELECT (SELECT count(*) FROM gatehouse_artifacts WHERE expires_at <= {now}) + (SELECT count(*) FROM gatehouse_families WHERE expires_at <= {now})", ct);
    }

    /// <summary>At a rate, whatever the answers take: who is slow is not asked less. Returns how many rows it stored that expire.</summary>
    private static async Task<long> LoadAsync(Workload work, TimeSpan length, Dictionary<(string, bool), List<double>> measured, bool sweeping, CancellationToken ct)
    {
        var (times, pending, started, rows, due) = (new ConcurrentBag<(string, double)>(), new List<Task>(), Stopwatch.GetTimestamp(), 0L, 0.0);
        var tokens = new ConcurrentQueue<Artifact>();
        for (var i = 0; i < 400; i++) tokens.Enqueue(((Grant)await work.StoredAsync()).Artifacts[0]);
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < length)
        {
            for (; due < elapsed.TotalSeconds * PerSecond / PerFamily; due++)
            {
                var (now, family) = (work.Now, work.NewGrant().Family);
                family = family with { ExpiresAt = now + lifetime };
                pending.Add(TimeAsync("sign in", () => work.Protocol.StartAsync(family, [.. Enumerable.Range(0, PerFamily).Select(_ => new Artifact(Content.NewId(now), "access_token", family.Id, family.ClientId, family.Subject, new byte[32], "{\"scope\":\"openid profile notes.read\",\"iat\":1798000000}", now + lifetime))], ct).AsTask()));
                pending.Add(TimeAsync("find a token", async () => _ = await work.Protocol.FindAsync(work.NextToken().Id, ct)));
                if ((int)due % 4 == 0 && tokens.TryDequeue(out var token)) pending.Add(TimeAsync("refresh", async () => tokens.Enqueue(await work.RedeemAsync(token))));
                rows += PerFamily + 1;
            }
            await Task.Delay(tick, ct);
        }
        await Task.WhenAll(pending);
        foreach (var (operation, time) in times)
        {
            if (!measured.TryGetValue((operation, sweeping), out var all)) measured.Add((operation, sweeping), all = []);
            all.Add(time);
        }
        return rows;

        async Task TimeAsync(string operation, Func<Task> run)
        {
            var start = Stopwatch.GetTimestamp();
            await run();
            times.Add((operation, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        }
    }
}
