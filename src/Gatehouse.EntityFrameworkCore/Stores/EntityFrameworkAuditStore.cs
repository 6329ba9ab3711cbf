using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit;
using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>The trail, in the order of its key: times are found along it, so that a row costs one index entry and no more.</summary>
internal sealed partial class EntityFrameworkAuditStore<TContext>(ContextSource<TContext> contexts) : IAuditStore where TContext : DbContext
{
    private const string Columns = "id, at, type, outcome, client_id, subject, address, details, node";

    /// <summary>So many that a batch is a few statements, and so few that their values are no more than either database takes.</summary>
    private const int ColumnCount = 9, RowsPerStatement = 500;

    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct)
    {
        if (events.Count == 0) return;
        await using var lease = contexts.Lease(out var context);
        await using var transaction = events.Count > RowsPerStatement ? await context.Database.BeginTransactionAsync(ct) : null;
        foreach (var chunk in events.Chunk(RowsPerStatement))
            await context.Database.ExecuteSqlRawAsync(AppendSql(context.TableOf<AuditEventRow>(), chunk.Length), chunk.SelectMany(Values)!, ct);
        if (transaction is not null) await transaction.CommitAsync(ct);
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

    /// <summary>What was sent before, without an answer, is passed over by the database itself.</summary>
    private static string AppendSql(string table, int rows)
    {
        var sql = new StringBuilder($"INSERT INTO {table} ({Columns}) VALUES ");
        for (var row = 0; row < rows; row++)
            sql.Append(row == 0 ? "(" : ", (").AppendJoin(", ", Enumerable.Range(row * ColumnCount, ColumnCount).Select(value => $"{{{value}}}")).Append(')');
        return sql.Append(" ON CONFLICT (id) DO NOTHING").ToString();
    }

    private static IEnumerable<object?> Values(AuditEvent audited) =>
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
