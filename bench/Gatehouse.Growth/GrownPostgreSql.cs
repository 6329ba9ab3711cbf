using Gatehouse.EntityFrameworkCore;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Gatehouse.Growth;

/// <summary>A PostgreSQL database, filled by COPY with every index in place, as it would have grown.</summary>
internal sealed class GrownPostgreSql : IGrown
{
    private const string Stores = "stores";

    private readonly NpgsqlDataSource source;

    private GrownPostgreSql(int artifacts, ServiceProvider services, NpgsqlDataSource source, string connectionString, string storesConnectionString) =>
        (Artifacts, Services, this.source, ConnectionString, StoresConnectionString) = (artifacts, services, source, connectionString, storesConnectionString);

    public string Name => "PostgreSQL";

    public int Artifacts { get; }

    public ServiceProvider Services { get; }

    public NpgsqlDataSource Source => source;

    public string ConnectionString { get; }

    public string StoresConnectionString { get; }

    public bool IsInProcess => false;

    /// <param name="cluster">Where.</param>
    /// <param name="artifacts">How many.</param>
    /// <param name="options">What to say to each session of the stores, as <c>-c name=value</c>; null for nothing.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="accessTokenLifetime">Of what it is filled with.</param>
    public static async Task<GrownPostgreSql> CreateAsync(PostgresCluster cluster, int artifacts, string? options, CancellationToken ct, TimeSpan? accessTokenLifetime = null)
    {
        var plain = await cluster.CreateDatabaseAsync(ct);
        var connection = new NpgsqlConnectionStringBuilder(plain) { Options = options, ApplicationName = Stores, ConnectionIdleLifetime = 3600 }.ConnectionString;
        var collection = new ServiceCollection().AddLogging();
        collection.AddGatehouse(gatehouse => gatehouse.Issuer = "https://app.example").UsePostgreSql(connection);
        var services = collection.BuildServiceProvider();
        await services.GetRequiredService<GatehouseDatabase>().MigrateAsync(ct);
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(plain) { CommandTimeout = 0 }.ConnectionString);
        await FillAsync(source, new Content(artifacts, TimeProvider.System.GetUtcNow(), accessTokenLifetime), ct);
        return new(artifacts, services, source, plain, connection);
    }

    /// <summary>Of the server's processes that the stores are connected to; those that serve this bench have another name.</summary>
    public async Task<Func<TimeSpan>> ClockAsync()
    {
        var processes = new List<int>();
        await using var command = source.CreateCommand($"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{Stores}'");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) processes.Add(reader.GetInt32(0));
        return () => ProcessorClock.Of(processes);
    }

    public Func<Task>? Others => null;

    public Task<IReadOnlyList<Artifact>> SampleAsync(int count, bool newest, CancellationToken ct) => newest
        ? SampleAsync("", TimeProvider.System.GetUtcNow().AddHours(6), "expires_at DESC", count, ct)
        : SampleAsync($"TABLESAMPLE SYSTEM_ROWS({count * 40})", TimeProvider.System.GetUtcNow().AddHours(6), "random()", count, ct);

    public Task<IReadOnlyList<Artifact>> SampleOfLastDayAsync(int count, CancellationToken ct) => SampleAsync("", TimeProvider.System.GetUtcNow() + Content.RefreshTokenLifetime - TimeSpan.FromDays(1), "random()", count, ct);

    private async Task<IReadOnlyList<Artifact>> SampleAsync(string from, DateTimeOffset expiringAfter, string order, int count, CancellationToken ct)
    {
        var rows = new List<Artifact>();
        await using var command = source.CreateCommand($"""
            SELECT id, kind, family_id, client_id, subject, secret_hash, payload, expires_at FROM gatehouse_artifacts {from}
            WHERE kind = 'refresh_token' AND spent_at IS NULL AND expires_at > {expiringAfter.ToUnixTimeMilliseconds()} AND NOT EXISTS (SELECT FROM gatehouse_families f WHERE f.id = family_id AND revoked_at IS NOT NULL)
            ORDER BY {order} LIMIT {count}
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetFieldValue<byte[]>(5), reader.GetString(6), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7))));
        return rows;
    }

    public async Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken ct)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var command = source.CreateCommand("""
            SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i') AND (c.relname LIKE '%gatehouse_artifacts%' OR c.relname LIKE '%gatehouse_families%') ORDER BY 1
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) sizes.Add(reader.GetString(0), reader.GetInt64(1));
        return sizes;
    }

    public async Task<List<string[]>> AskAsync(string sql, CancellationToken ct)
    {
        var rows = new List<string[]>();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }

    public string Sampled(int rows) => $"TABLESAMPLE SYSTEM_ROWS({rows})";

    public async Task<T> AskAsync<T>(string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await source.DisposeAsync();
    }

    private static async Task FillAsync(NpgsqlDataSource source, Content content, CancellationToken ct)
    {
        await using (var extension = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS tsm_system_rows; CREATE EXTENSION IF NOT EXISTS pg_prewarm")) await extension.ExecuteNonQueryAsync(ct);
        await using var ofFamilies = await source.OpenConnectionAsync(ct);
        await using var ofArtifacts = await source.OpenConnectionAsync(ct);
        await using (var families = await ofFamilies.BeginBinaryImportAsync("COPY gatehouse_families (id, client_id, subject, created_at, expires_at, session_id, scope) FROM STDIN (FORMAT BINARY)", ct))
        await using (var artifacts = await ofArtifacts.BeginBinaryImportAsync("COPY gatehouse_artifacts (id, kind, family_id, client_id, subject, secret_hash, payload, expires_at, spent_at, receipt) FROM STDIN (FORMAT BINARY)", ct))
        {
            foreach (var (family, of) in content.All())
            {
                await families.StartRowAsync(ct);
                await families.WriteAsync(family.Id, ct);
                await families.WriteAsync(family.ClientId, ct);
                await families.WriteAsync(family.Subject!, ct);
                await families.WriteAsync(family.CreatedAt.ToUnixTimeMilliseconds(), ct);
                await families.WriteAsync(family.ExpiresAt.ToUnixTimeMilliseconds(), ct);
                await WriteOrNullAsync(families, family.SessionId, ct);
                await families.WriteAsync(family.Scope!, ct);
                foreach (var artifact in of)
                {
                    await artifacts.StartRowAsync(ct);
                    await artifacts.WriteAsync(artifact.Id, ct);
                    await artifacts.WriteAsync(artifact.Kind, ct);
                    await artifacts.WriteAsync(artifact.FamilyId, ct);
                    await artifacts.WriteAsync(artifact.ClientId, ct);
                    await artifacts.WriteAsync(artifact.Subject!, ct);
                    await artifacts.WriteAsync(artifact.SecretHash.ToArray(), ct);
                    await artifacts.WriteAsync(artifact.Payload, ct);
                    await artifacts.WriteAsync(artifact.ExpiresAt.ToUnixTimeMilliseconds(), ct);
                    if (artifact.SpentAt is { } spent) await artifacts.WriteAsync(spent.ToUnixTimeMilliseconds(), ct);
                    else await artifacts.WriteNullAsync(ct);
                    await WriteOrNullAsync(artifacts, artifact.Receipt?.ToArray(), ct);
                }
            }
            await families.CompleteAsync(ct);
            await artifacts.CompleteAsync(ct);
        }
        await using var settle = source.CreateCommand();
        foreach (var statement in (string[])[OtherRows(content.Families, content.IsForRequests), "VACUUM ANALYZE", "CHECKPOINT", Warm])
        {
            settle.CommandText = statement;
            await settle.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>COPY and VACUUM keep their pages out of the server's memory, where those of a running system would be.</summary>
    private const string Warm = "SELECT count(pg_prewarm(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')";

    /// <summary>What grows beside tokens, in proportion; but no table begins with less than a thousand rows, because a smaller one is read from end to end, for less than any index could.</summary>
    private static string OtherRows(int families, bool forRequests) => $"""
        {OfFamilies}
        {(forRequests ? Consents : "")}
        INSERT INTO gatehouse_remembered_keys (key, expires_at) SELECT md5(n::text), 4102444800000 + n FROM generate_series(1, {Math.Max(families, Least)}) n;
        INSERT INTO gatehouse_sessions (id, subject, stamp, signed_in_at, last_seen_at, expires_at, clients)
            SELECT md5(n::text), 'other-' || lpad((n / 2)::text, 8, '0'), 'stamp', n, n, 4102444800000 + n, 'the-app' FROM generate_series(1, {Math.Max(families, Least) * 3L / 4}) n;
        INSERT INTO gatehouse_consents (subject, client_id, scope, granted_at) SELECT '{(forRequests ? "other" : "user")}-' || lpad((n / 2)::text, 8, '0'), 'client-' || n, 'openid profile', n FROM generate_series(1, {Math.Max(families, Least)}) n;
        INSERT INTO gatehouse_attempts (key, failures, last_at) SELECT md5(n::text), 1, 1700000000000 + n FROM generate_series(1, {Math.Max(families, Least)}) n;
        INSERT INTO gatehouse_audit_events (id, at, type, outcome, client_id, subject, node)
            SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid, 1700000000000 + n, 'tokens_issued', 'success', 'the-app', md5(n::text), 'node' FROM generate_series(1, {Math.Max(families, Least)}) n;
        INSERT INTO gatehouse_logout_notices (id, client_id, subject, created_at, due_at, attempts) SELECT gen_random_uuid(), 'the-app', 'alice', n, 4102444800000 + n, 0 FROM generate_series(1, {Math.Max(families / 10, Least)}) n;
        """;

    private const int Least = 1_000;

    /// <summary>The sessions from which those came who hold the tokens.</summary>
    public const string OfFamilies = """
        INSERT INTO gatehouse_sessions (id, subject, stamp, signed_in_at, last_seen_at, expires_at, clients)
            SELECT session_id, subject, 'stamp', created_at, created_at, 4102444800000 + created_at % 1000000000, '' FROM gatehouse_families WHERE session_id IS NOT NULL;
        """;

    /// <summary>What they have allowed.</summary>
    public const string Consents = """
        INSERT INTO gatehouse_consents (subject, client_id, scope, granted_at) SELECT subject, client_id, 'notes.read notes.write', min(created_at) FROM gatehouse_families GROUP BY 1, 2;
        INSERT INTO gatehouse_consents (subject, client_id, scope, granted_at) SELECT DISTINCT subject, 'the-app', 'notes.read notes.write', 1700000000000 FROM gatehouse_families WHERE session_id IS NOT NULL ON CONFLICT DO NOTHING;
        """;

    private static async Task WriteOrNullAsync<T>(NpgsqlBinaryImporter rows, T? value, CancellationToken ct) where T : class
    {
        if (value is null) await rows.WriteNullAsync(ct);
        else if (value is byte[] bytes) await rows.WriteAsync(bytes, NpgsqlDbType.Bytea, ct);
        else await rows.WriteAsync(value, ct);
    }
}
