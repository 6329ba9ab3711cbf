using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.Channels;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Audit;

/// <summary>
/// Takes down what happened, at once and without waiting: to the log now, to the store within a second (<see cref="AuditWriter"/>). No request pays a round trip for it, and none fails because of it.
/// </summary>
internal sealed partial class AuditTrail
{
    /// <summary>How many events wait for the store at most: some minutes of an outage. Then the newest are dropped, and the trail says how many.</summary>
    public const int MaxWaiting = 20_000;

    /// <summary>What the log's line has in place of a client, a user or an address that there is none of.</summary>
    private const string Nobody = "-";

    private readonly AuditOptions options;
    private readonly PersonalData people;
    private readonly TimeProvider clock;
    private readonly Metrics metrics;
    private readonly ILogger log;
    private readonly Channel<AuditEvent>? waiting;
    private readonly EventIds ids = new();
    private long lost;

    public AuditTrail(IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock, ILoggerFactory loggers, IAuditStore? store = null)
    {
        this.options = options.Value.Audit;
        this.metrics = metrics;
        this.clock = clock;
        // Its own category, so that it can be sent somewhere of its own.
        log = loggers.CreateLogger("Gatehouse.Audit");
        people = new(this.options.HashKey);
        if (store is not null && this.options.Enabled) waiting = Channel.CreateBounded<AuditEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        if (waiting is { } channel) metrics.Observe("gatehouse.audit.waiting", "{event}", "Events of the audit trail that wait for the store.", () => (Measurement<long>[])[new(channel.Reader.Count)]);
    }

    /// <summary>What waits for the store; null if there is none.</summary>
    public ChannelReader<AuditEvent>? Waiting => waiting?.Reader;

    /// <summary>Whether <see cref="Record"/> would do anything: ask first where the details cost something.</summary>
    public bool Wants(string type) => options.Enabled && (options.Routine || !AuditType.IsRoutine(type));

    /// <param name="type">One of <see cref="AuditType"/>.</param>
    /// <param name="outcome">One of <see cref="AuditOutcome"/>.</param>
    /// <param name="clientId">A client that exists, or null: what strangers claim is not for the trail.</param>
    /// <param name="subject">The user in clear; it is hashed here.</param>
    /// <param name="address">From where; it is hashed here.</param>
    /// <param name="details">Names and values; those that have none are left out.</param>
    public void Record(string type, string outcome, string? clientId, string? subject, IPAddress? address, params ReadOnlySpan<(string Name, string? Value)> details)
    {
        if (!Wants(type)) return;
        var now = clock.GetUtcNow();
        var named = new Dictionary<string, string>(details.Length, StringComparer.Ordinal);
        foreach (var (name, value) in details)
            if (value is { Length: > 0 }) named.Add(name, value);
        Record(new(ids.Next(now), now, type, outcome, clientId, people.HashSubject(subject), people.HashAddress(address), Environment.MachineName) { Details = named });
    }

    /// <summary>How many could not wait since this was asked last.</summary>
    public long TakeLost() => Interlocked.Exchange(ref lost, 0);

    private void Record(AuditEvent audited)
    {
        Happened(log, audited.Type, audited.Outcome, audited.ClientId ?? Nobody, audited.Subject ?? Nobody, audited.Address ?? Nobody, new Listed(audited.Details));
        if (waiting is null || waiting.Writer.TryWrite(audited)) return;
        Interlocked.Increment(ref lost);
        metrics.LostAuditEvents.Add(1);
    }

    /// <summary>Written out only if somebody reads the log.</summary>
    private readonly struct Listed(IReadOnlyDictionary<string, string> details)
    {
        public override string ToString() => string.Join(", ", details.Select(detail => $"{detail.Key} {detail.Value}"));
    }

    [LoggerMessage(1901, LogLevel.Information, "{Type}: {Outcome}; client {ClientId}, user {SubjectHash}, from {AddressHash}; {Details}")]
    private static partial void Happened(ILogger log, string type, string outcome, string clientId, string subjectHash, string addressHash, Listed details);
}
