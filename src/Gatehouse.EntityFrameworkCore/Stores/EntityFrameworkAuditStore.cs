using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>The trail, in the order of its key: times are found along it, so that a row costs one index entry and no more.</summary>
internal sealed partial class EntityFrameworkAuditStore<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : IAuditStore where TContext : DbContext
{
    /// <summary>What was sent before, without an answer, is passed over by the database itself.</summary>
    private string AppendSql => field ??= $"""
        INSERT INTO {plain.TableOf<AuditEventRow>()} (id, at, type, outcome, client_id, subject, address, details, node)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
        """;

    private string SweepSql => field ??= $"DELETE FROM {plain.TableOf<AuditEventRow>()} WHERE id IN (SELECT id FROM {plain.TableOf<AuditEventRow>()} WHERE id < $1 ORDER BY id LIMIT $2)";

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct) =>
        events.Count == 0 ? ValueTask.CompletedTask : plain.WriteAsync(AppendSql, [.. events.Select(Values)], ct);

    public async ValueTask<IReadOnlyList<AuditEvent>> ListAsync(AuditQuery query, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<AuditEventRow>().AsNoTracking();
        if (query.Since is { } since) rows = From(rows, AuditEvent.FirstIdAt(since));
        if (query.Until is { } until) rows = Before(rows, AuditEvent.FirstIdAt(until));
        if (query.Next is { } next) rows = query.Backwards ? Before(rows, next) : rows.Where(row => row.Id.CompareTo(next) > 0);
        if (query.Type is { } type) rows = rows.Where(row => row.Type == type);
        if (query.Outcome is { } outcome) rows = rows.Where(row => row.Outcome == outcome);
        if (query.ClientId is { } clientId) rows = rows.Where(row => row.ClientId == clientId);
        if (query.Subject is { } subject) rows = rows.Where(row => row.Subject == subject);
        if (query.Address is { } address) rows = rows.Where(row => row.Address == address);
        rows = query.Backwards ? rows.OrderByDescending(row => row.Id) : rows.OrderBy(row => row.Id);
        return (await rows.Take(query.Limit).ToListAsync(ct)).ConvertAll(ToEvent);
    }

    public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct) => plain.ExecuteAsync(SweepSql, ct, AuditEvent.FirstIdAt(before), limit);

    private static IQueryable<AuditEventRow> From(IQueryable<AuditEventRow> rows, Guid id) => rows.Where(row => row.Id.CompareTo(id) >= 0);

    private static IQueryable<AuditEventRow> Before(IQueryable<AuditEventRow> rows, Guid id) => rows.Where(row => row.Id.CompareTo(id) < 0);

    private static object?[] Values(AuditEvent audited) =>
    [
        audited.Id, audited.At.ToMilliseconds(), audited.Type, audited.Outcome, audited.ClientId, audited.Subject, audited.Address,
        audited.Details.Count == 0 ? null : JsonSerializer.Serialize(audited.Details, DetailsJson.Default.IReadOnlyDictionaryStringString), audited.Node,
    ];

    private static AuditEvent ToEvent(AuditEventRow row) => new(row.Id, row.At.ToInstant(), row.Type, row.Outcome, row.ClientId, row.Subject, row.Address, row.Node)
    {
        Details = row.Details is null ? new() : JsonSerializer.Deserialize(row.Details, DetailsJson.Default.DictionaryStringString)!,
    };

    [JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class DetailsJson : JsonSerializerContext;
}
