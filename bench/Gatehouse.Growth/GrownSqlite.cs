using Gatehouse.EntityFrameworkCore;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Growth;

/// <summary>A SQLite file, filled in one transaction with every index in place.</summary>
internal sealed class GrownSqlite : IGrown
{
    private readonly string folder;
    private long written;

    private GrownSqlite(int artifacts, ServiceProvider services, string folder) => (Artifacts, Services, this.folder) = (artifacts, services, folder);

    public string Name => "SQLite";

    public int Artifacts { get; }

    public ServiceProvider Services { get; }

    public bool IsInProcess => true;

    public string StoresConnectionString => ConnectionString;

    public string ConnectionString => $"Data Source={Path.Combine(folder, "grown.db")}";

    public static Task<GrownSqlite> CreateAsync(int artifacts, CancellationToken ct, TimeSpan? accessTokenLifetime = null) => CreateAsync(artifacts, static _ => { }, ct, accessTokenLifetime);

    public static async Task<GrownSqlite> CreateAsync(int artifacts, Action<ILoggingBuilder> logging, CancellationToken ct, TimeSpan? accessTokenLifetime = null)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-growth-").FullName;
        var collection = new ServiceCollection().AddLogging(logging);
        collection.AddGatehouse(gatehouse => gatehouse.Issuer = "https://app.example").UseSqlite($"Data Source={Path.Combine(folder, "grown.db")}");
        var grown = new GrownSqlite(artifacts, collection.BuildServiceProvider(), folder);
        await grown.Services.GetRequiredService<GatehouseDatabase>().MigrateAsync(ct);
        grown.Fill(new Content(artifacts, TimeProvider.System.GetUtcNow(), accessTokenLifetime));
        return grown;
    }

    /// <summary>The database is part of this process, and so is the store.</summary>
    public Task<Func<TimeSpan>> ClockAsync() => Task.FromResult<Func<TimeSpan>>(static () => ProcessorClock.Own);

    /// <summary>Somebody writes. A connection that sees that others have written forgets all the pages that it remembers, so a reader that is alone with its file has an advantage that no real one has.</summary>
    public Func<Task>? Others => async () => await Services.GetRequiredService<IProtocolStore>().TryRememberAsync($"somebody:{++written}", DateTimeOffset.UnixEpoch.AddYears(100), default);

    public Task<IReadOnlyList<Artifact>> SampleAsync(int count, bool newest, CancellationToken ct) => SampleAsync(TimeProvider.System.GetUtcNow().AddHours(6), newest ? "expires_at DESC" : "random()", count);

    public Task<IReadOnlyList<Artifact>> SampleOfLastDayAsync(int count, CancellationToken ct) => SampleAsync(TimeProvider.System.GetUtcNow() + Content.RefreshTokenLifetime - TimeSpan.FromDays(1), "random()", count);

    private Task<IReadOnlyList<Artifact>> SampleAsync(DateTimeOffset expiringAfter, string order, int count)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id, kind, family_id, client_id, subject, secret_hash, payload, expires_at FROM gatehouse_artifacts WHERE kind = 'refresh_token' AND spent_at IS NULL AND expires_at > {expiringAfter.ToUnixTimeMilliseconds()} ORDER BY {order} LIMIT {count}";
        using var reader = command.ExecuteReader();
        var rows = new List<Artifact>();
        while (reader.Read())
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetFieldValue<byte[]>(5), reader.GetString(6), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7))));
        return Task.FromResult<IReadOnlyList<Artifact>>(rows);
    }

    public Task<List<string[]>> AskAsync(string sql, CancellationToken ct)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return Task.FromResult(rows);
    }

    public Task ExecuteAsync(string sql, CancellationToken ct)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public string Sampled(int rows) => "";

    public Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken ct)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal) { ["the file"] = new FileInfo(Path.Combine(folder, "grown.db")).Length };
        return Task.FromResult<IReadOnlyDictionary<string, long>>(sizes);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    private void Fill(Content content)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        using var addFamily = Prepare("INSERT INTO gatehouse_families (id, client_id, subject, created_at, expires_at, session_id, scope) VALUES ($1, $2, $3, $4, $5, $6, $7)", 7);
        using var addArtifact = Prepare("INSERT INTO gatehouse_artifacts (id, kind, family_id, client_id, subject, secret_hash, payload, expires_at, spent_at, receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10);
        foreach (var (family, artifacts) in content.All())
        {
            Run(addFamily, family.Id, family.ClientId, family.Subject, family.CreatedAt.ToUnixTimeMilliseconds(), family.ExpiresAt.ToUnixTimeMilliseconds(), family.SessionId, family.Scope);
            foreach (var artifact in artifacts)
                Run(addArtifact, artifact.Id, artifact.Kind, artifact.FamilyId, artifact.ClientId, artifact.Subject, artifact.SecretHash.ToArray(), artifact.Payload,
                    artifact.ExpiresAt.ToUnixTimeMilliseconds(), artifact.SpentAt?.ToUnixTimeMilliseconds(), artifact.Receipt?.ToArray());
        }
        using var others = connection.CreateCommand();
        (others.Transaction, others.CommandText) = (transaction, GrownPostgreSql.OfFamilies + (content.IsForRequests ? GrownPostgreSql.Consents : ""));
        others.ExecuteNonQuery();
        transaction.Commit();

        SqliteCommand Prepare(string sql, int parameters)
        {
            var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            return command;
        }

        static void Run(SqliteCommand command, params object?[] values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }
}
