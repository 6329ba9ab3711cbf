using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>What a request costs in the database, measured; and what that comes to for a million, a hundred million and a billion users.</summary>
internal static class SimulationPart
{
    // What a user does in a day, on average over all users.
    private const double SignInsPerDay = 0.2, RefreshesPerDay = 3, CallsPerDay = 60, PeakToMean = 3;

    // What a node pays for a request, in µs of processor time, under load: docs/performance.md.
    private const double SignInNode = 69, RefreshNode = 118, CallNode = 42;

    // How full things may be at the peak.
    private const double NodeLoad = 0.6, DatabaseLoad = 0.5, CoresPerNode = 4, CoresPerDatabase = 32, WalPerDatabase = 200e6, DiskPerDatabase = 4e12;
    private const double RefreshTokenDays = 14, FamilyDays = 30, HeadRoom = 1.5;

    private sealed record Cost(double Microseconds, double Wal, double Disk);

    public static async Task RunAsync(PostgresCluster cluster, Report report, bool quick, CancellationToken ct)
    {
        await using var grown = await GrownPostgreSql.CreateAsync(cluster, quick ? 1_000 : 300_000, null, ct);
        var work = await Workload.CreateAsync(grown, ct);
        var calls = quick ? 200 : 10_000;
        // Once to warm up: plans, connections, and the whole page that each page's first change after a checkpoint writes into the log.
        await MeasureAsync(grown, calls / 10, async _ => await work.StoreAsync(work.NewGrant()), ct);
        var signIn = await MeasureAsync(grown, calls, async _ => await work.StoreAsync(work.NewGrant()), ct);
        var tokens = new Queue<Gatehouse.Storage.Artifact>();
        for (var i = 0; i < calls; i++) tokens.Enqueue(((Grant)await work.StoredAsync()).Artifacts[0]);
        var refresh = await MeasureAsync(grown, calls, async _ => await work.RedeemAsync(tokens.Dequeue()), ct);
        var find = await MeasureAsync(grown, calls, async _ => { await work.Protocol.FindAsync(work.NextToken().Id, ct); }, ct);
        refresh = refresh with { Microseconds = refresh.Microseconds + find.Microseconds };
        var sweep = BackgroundOperations.All.First(operation => operation.Name == "sweep 100 tokens");
        var removed = new Cost(0, 0, 0);
        for (var i = 0; i < 20; i++)
        {
            await sweep.Prepare(work);
            var one = await MeasureAsync(grown, 1, async _ => await sweep.Run(work, work), ct);
            removed = new(removed.Microseconds + (one.Microseconds / 2000), removed.Wal + (one.Wal / 2000), 0);
        }

        var text = new StringBuilder();
        text.AppendLine(Report.Machine($"PostgreSQL {await grown.AskAsync<string>("SELECT split_part(version(), ' ', 2)", ct)}")).AppendLine();
        text.AppendLine("| in the database | processor, µs | log, bytes | on disk, bytes |").AppendLine("| --- | ---: | ---: | ---: |");
        foreach (var (name, cost) in new[] { ("sign-in: family, refresh token, access token", signIn), ("refresh: look-up, spend with receipt, two tokens", refresh), ("call: look-up", find), ("sweep: one row", removed) })
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {cost.Microseconds:F0} | {cost.Wal:N0} | {cost.Disk:N0} |");
        text.AppendLine().AppendLine("| users | sign-ins/s | refreshes/s | calls/s | nodes of 4 cores | database cores | log, MB/s | on disk | databases of 32 cores |").AppendLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var users in new[] { 1e6, 1e7, 1e8, 1e9 })
        {
            double Peak(double perDay) => users * perDay / 86_400 * PeakToMean;
            var (signIns, refreshes, asked) = (Peak(SignInsPerDay), Peak(RefreshesPerDay), Peak(CallsPerDay));
            // What is stored is swept some day, at the mean rate: three rows of a sign-in, two of a refresh.
            var swept = ((signIns * 3) + (refreshes * 2)) / PeakToMean;
            var nodes = ((signIns * SignInNode) + (refreshes * RefreshNode) + (asked * CallNode)) / 1e6 / NodeLoad / CoresPerNode;
            var cores = ((signIns * signIn.Microseconds) + (refreshes * refresh.Microseconds) + (asked * find.Microseconds) + (swept * removed.Microseconds)) / 1e6 / DatabaseLoad;
            var wal = (signIns * signIn.Wal) + (refreshes * refresh.Wal) + (swept * removed.Wal);
            // A family stays for its thirty days, a token for its fourteen, spent or not. The sign-in is counted whole for the longer of the two.
            var disk = users * ((SignInsPerDay * FamilyDays * signIn.Disk) + (RefreshesPerDay * RefreshTokenDays * refresh.Disk)) * HeadRoom;
            var databases = Math.Max(1, Math.Ceiling(new[] { cores / CoresPerDatabase, wal / WalPerDatabase, disk / DiskPerDatabase }.Max()));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {users:N0} | {signIns:N0} | {refreshes:N0} | {asked:N0} | {Math.Max(2, Math.Ceiling(nodes)):N0} | {cores:N1} | {wal / 1e6:N1} | {(disk < 1e12 ? $"{disk / 1e9:N0} GB" : $"{disk / 1e12:N1} TB")} | {databases:N0} |");
        }
        report.Write("simulation", text.ToString());
    }

    private static async Task<Cost> MeasureAsync(GrownPostgreSql grown, int calls, Func<int, Task> run, CancellationToken ct)
    {
        const string Wal = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
        var clock = await grown.ClockAsync();
        var (wal, size, start) = (await grown.AskAsync<long>(Wal, ct), await SizeAsync(), clock());
        for (var i = 0; i < calls; i++) await run(i);
        var time = clock() - start;
        return new(time.TotalMicroseconds / calls, (double)(await grown.AskAsync<long>(Wal, ct) - wal) / calls, Math.Max(0, (double)(await SizeAsync() - size) / calls));

        async Task<long> SizeAsync() => (await grown.SizesAsync(ct)).Values.Sum();
    }
}
