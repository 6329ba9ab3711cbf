using Gatehouse.Audit;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Audit;

/// <summary>What comes between an event and its row: an outage, a full queue, the end of the process.</summary>
public sealed class AuditWriterTests : IDisposable
{
    private readonly RecordingLoggerProvider logs = new();
    private readonly LoggerFactory loggers;
    private readonly FailingStore store = new();
    private readonly AuditTrail trail;
    private readonly AuditWriter writer;

    public AuditWriterTests()
    {
        loggers = new([logs], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        trail = new(Options.Create(new GatehouseOptions()), TestMetrics.New(), TimeProvider.System, loggers, store);
        writer = new(trail, TimeProvider.System, loggers.CreateLogger<AuditWriter>(), store);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        writer.Dispose();
        loggers.Dispose();
    }

    [Fact]
    public async Task What_an_outage_held_up_is_stored_after_it_once_and_in_order()
    {
        store.Failing = true;
        await writer.StartAsync(Ct);
        for (var i = 0; i < 3; i++) Record(i);
        await Eventually.TrueAsync(() => Task.FromResult(logs.Lines.Any(line => line.Event.Id == 1902)));
        Record(3);
        store.Failing = false;
        await Eventually.TrueAsync(() => Task.FromResult(store.Stored.Count == 4));
        Assert.Equal(["0", "1", "2", "3"], store.Stored.Select(audited => audited.Details["number"]));
        await Eventually.TrueAsync(() => Task.FromResult(logs.Lines.Any(line => line.Event.Id == 1903)));
        Assert.Single(logs.Lines, line => line.Event.Id == 1902);
        await writer.StopAsync(Ct);
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_stores_what_it_has_taken_down()
    {
        await writer.StartAsync(Ct);
        for (var i = 0; i < AuditWriter.BatchSize + 10; i++) Record(i);
        await writer.StopAsync(Ct);
        Assert.Equal(AuditWriter.BatchSize + 10, store.Stored.Count);
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_in_an_outage_stops()
    {
        store.Failing = true;
        await writer.StartAsync(Ct);
        Record(0);
        await writer.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Empty(store.Stored);
        Assert.Contains(logs.Lines, line => line.Event.Id == 1901);
    }

    [Fact]
    public async Task What_could_not_wait_is_counted_in_the_trail_and_is_in_the_log()
    {
        for (var i = 0; i < AuditTrail.MaxWaiting + 7; i++) Record(i);
        await writer.StartAsync(Ct);
        await Eventually.TrueAsync(() => Task.FromResult(store.Stored.Exists(audited => audited.Type == AuditType.Gap)));
        Assert.Equal("7", store.Stored.Find(audited => audited.Type == AuditType.Gap)!.Details["lost"]);
        Assert.Equal(AuditTrail.MaxWaiting + 8, logs.Lines.Count(line => line.Event.Id == 1901));
        await writer.StopAsync(Ct);
    }

    private void Record(int number) =>
        trail.Record(AuditType.TokensIssued, AuditOutcome.Success, "app", "1", null, ("number", number.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("nothing", null));

    private sealed class FailingStore : IAuditStore
    {
        private readonly Lock gate = new();
        private readonly List<AuditEvent> stored = [];

        public volatile bool Failing;

        public List<AuditEvent> Stored
        {
            get
            {
                lock (gate) return [.. stored];
            }
        }

        public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct)
        {
            if (Failing) throw new IOException("the database is gone");
            lock (gate) stored.AddRange(events);
            return default;
        }

        public ValueTask<IReadOnlyList<AuditEvent>> ListAsync(AuditQuery query, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct) => throw new NotSupportedException();
    }
}
