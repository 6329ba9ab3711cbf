using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth.Tests;

/// <summary>By counts of pages, which are the same on a busy machine. The long form, with times and ten million rows: bench/Gatehouse.Growth.</summary>
public sealed class PostgreSqlGrowthTests(GrownDatabases databases) : IClassFixture<GrownDatabases>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_operation_reads_a_table_from_end_to_end_or_many_pages_more_where_there_is_a_hundred_times_as_much()
    {
        var plans = new Plans(databases.Cluster);
        var few = await Buffers.CountAsync(await Workload.CreateAsync(databases.Small, Ct), plans, 8);
        var many = await Buffers.CountAsync(await Workload.CreateAsync(databases.Large, Ct), plans, 8);
        Assert.Equal(Operation.All.Length, many.Count);
        foreach (var ((operation, small, _), (_, large, of)) in few.Zip(many))
        {
            Assert.NotEmpty(of);
            foreach (var plan in of) Assert.True(!plan.Scanned.Intersect(Tables.Growing).Any(), $"{operation.Name} scans {string.Join(", ", plan.Scanned)}: {plan.Sql}");
            // An index has a level more, and rows that shared a page in a small table have one each: for each row that it is about, a few pages of each of up to six indexes.
            var rows = operation.Name.Split(' ').Select(word => int.TryParse(word.Trim('('), out var count) ? count : 1).Max();
            Assert.True(large <= (small * 1.25) + (12 * rows), $"{operation.Name}: {small:F1} pages among {GrownDatabases.Few} artifacts, {large:F1} among {GrownDatabases.Many}.");
        }
    }

    [Fact]
    public async Task A_batch_of_the_sweeper_costs_no_more_for_what_the_batches_before_it_left_behind()
    {
        const int Rows = 200, Batches = 15;
        var (store, longAgo) = (databases.Large.Services, DateTimeOffset.UnixEpoch.AddDays(1));
        var protocol = store.GetRequiredService<IProtocolStore>();
        for (var i = 0; i < Rows * Batches / 20; i++)
        {
            var family = new Family(Guid.CreateVersion7(), "the-app", "alice", longAgo, longAgo.AddYears(50));
            await protocol.StartAsync(family, [.. Enumerable.Range(0, 20).Select(n => new Artifact(Content.NewId(TimeProvider.System.GetUtcNow()), "access_token", family.Id, "the-app", "alice", new byte[32], "{}", longAgo.AddMilliseconds(i)))], Ct);
        }
        // Somebody reads for a long time, as a dump or a report does: until they are done, nothing that was deleted may be forgotten.
        await using var reader = await databases.Large.Source.OpenConnectionAsync(Ct);
        await using var snapshot = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Ct);
        await using (var look = new Npgsql.NpgsqlCommand("SELECT count(*) FROM gatehouse_versions", reader, snapshot)) await look.ExecuteScalarAsync(Ct);

        var plans = new Plans(databases.Cluster);
        var pages = new List<long>();
        for (var i = 0; i < Batches; i++)
        {
            Assert.Equal(Rows, await protocol.SweepAsync(longAgo.AddDays(1), Rows, Ct));
            pages.Add(plans.Take().Sum(plan => plan.Buffers));
        }
        Assert.True(pages[^1] < pages[1] * 1.25, $"Pages for each batch: {string.Join(", ", pages)}.");
        Assert.Equal(0, await protocol.SweepAsync(longAgo.AddDays(1), Rows, Ct));
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("attempts")]
    public async Task A_batch_looks_for_what_it_removes_once_and_not_for_each(string table)
    {
        const int Rows = 200;
        var (services, longAgo) = (databases.Large.Services, DateTimeOffset.UnixEpoch.AddDays(1));
        var (sessions, attempts) = (services.GetRequiredService<ISessionStore>(), services.GetRequiredService<IAttemptStore>());
        for (var i = 0; i < Rows; i++)
            if (table == "sessions") await sessions.StartAsync(new(Content.NewId(longAgo) + Content.NewId(longAgo), "alice", "stamp", longAgo, longAgo, longAgo), Ct);
            else await attempts.AddFailureAsync([$"user:{Guid.NewGuid():N}"], longAgo, longAgo, Ct);

        var plans = new Plans(databases.Cluster);
        Assert.Equal(Rows, table == "sessions" ? await sessions.SweepAsync(longAgo, Rows, Ct) : await attempts.SweepAsync(longAgo.AddSeconds(1), Rows, Ct));
        var handed = plans.Take().Sum(plan => plan.Rows);
        Assert.True(handed <= Rows * 5, $"{handed} rows went from step to step, to remove {Rows}.");
    }
}
