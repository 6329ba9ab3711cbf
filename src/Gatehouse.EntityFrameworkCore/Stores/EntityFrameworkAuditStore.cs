using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>The trail, in the order of its key: times are found along it, so that a row costs one index entry and no more.</summary>
internal sealed partial class EntityFrameworkAuditStore<TContext>(ContextSource<TContext> contexts) : IAuditStore where TContext : DbContext
{
    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct)
    {
        if (events.Count == 0) return;
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<AuditEventRow>();
        Guid[] ids = [.. events.Select(audited => audited.Id)];
        // Sent before, without an answer: only one writer ever sends them, so nobody adds them in between.
        var there = (await rows.AsNoTracking().Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(ct)).ToHashSet();
        rows.AddRange(events.Where(audited => !there.Contains(audited.Id)).DistinctBy(audited => audited.Id).Select(ToRow));
        await context.SaveChangesAsync(ct);
    }

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

    public async ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<AuditEventRow>();
        var oldest = Before(rows, AuditEvent.FirstIdAt(before)).OrderBy(row => row.Id).Take(limit).Select(row => row.Id);
        return await rows.Where(row => oldest.Contains(row.Id)).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<AuditEventRow> From(IQueryable<AuditEventRow> rows, Guid id) => rows.Where(row => row.Id.CompareTo(id) >= 0);

    private static IQueryable<AuditEventRow> Before(IQueryable<AuditEventRow> rows, Guid id) => rows.Where(row => row.Id.CompareTo(id) < 0);

    private static AuditEventRow ToRow(AuditEvent audited) => new()
    {
        Id = audited.Id,
        At = audited.At.ToMilliseconds(),
        Type = audited.Type,
        Outcome = audited.Outcome,
        ClientId = audited.ClientId,
        Subject = audited.Subject,
        Address = audited.Address,
        Details = audited.Details.Count == 0 ? null : JsonSerializer.Serialize(audited.Details, DetailsJson.Default.IReadOnlyDictionaryStringString),
        Node = audited.Node,
    };

    private static AuditEvent ToEvent(AuditEventRow row) => new(row.Id, row.At.ToInstant(), row.Type, row.Outcome, row.ClientId, row.Subject, row.Address, row.Node)
    {
        Details = row.Details is null ? new() : JsonSerializer.Deserialize(row.Details, DetailsJson.Default.DictionaryStringString)!,
    };

    [JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class DetailsJson : JsonSerializerContext;
}
