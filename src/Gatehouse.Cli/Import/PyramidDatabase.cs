using System.Data.Common;
using Gatehouse.Cli.App;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gatehouse.Cli.Import;

/// <summary>A client as pyramid_oauth2_provider keeps it.</summary>
/// <param name="ClientId">The <c>client_id</c>.</param>
/// <param name="SecretHash">scrypt of the secret, 64 bytes; empty where the schema is older than that.</param>
/// <param name="Secret">The secret itself, where the schema still has it in clear; else null.</param>
/// <param name="Revoked">Its <c>revoked</c> flag, which that provider stored and never asked.</param>
/// <param name="RedirectUris">In the order in which they were added.</param>
internal sealed record PyramidClient(string ClientId, byte[] SecretHash, string? Secret, bool Revoked, IReadOnlyList<string> RedirectUris);

/// <summary>Reads the clients of pyramid_oauth2_provider. Changes nothing.</summary>
internal sealed class PyramidDatabase(DatabaseLocation location)
{
    private const string Clients = "oauth2_provider_clients", RedirectUris = "oauth2_provider_redirect_uris";

    /// <summary>The clients, or null and what is wrong with the database.</summary>
    /// <param name="haveSalt">Whether the hashes can be verified later. The schema of 0.2.0 and before has none.</param>
    /// <param name="ct">Cancels the reading.</param>
    public async Task<(IReadOnlyList<PyramidClient>? Clients, string? Problem)> ReadAsync(bool haveSalt, CancellationToken ct)
    {
        if (!location.MayExist) return (null, $"There is no file {location.Description}.");
        await using var connection = Connect();
        await connection.OpenAsync(ct);
        var columns = await ColumnsAsync(connection, Clients, ct);
        if (columns.Count == 0) return (null, $"{location.Description} has no table {Clients}: it is not a database of pyramid_oauth2_provider.");
        var hashed = columns.Contains("_client_secret");
        if (hashed && !haveSalt)
            return (null, $"The secrets in {location.Description} are hashed: pass --salt with the value of oauth2_provider.salt from the .ini file.");
        var uris = await ReadUrisAsync(connection, ct);
        return (await ReadClientsAsync(connection, hashed ? "_client_secret" : "client_secret", uris, ct), null);
    }

    private DbConnection Connect() => location.Provider == DatabaseLocation.Sqlite
        ? new SqliteConnection(new SqliteConnectionStringBuilder(location.ConnectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString)
        : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(location.ConnectionString) { Pooling = false }.ConnectionString);

    private async Task<HashSet<string>> ColumnsAsync(DbConnection connection, string table, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = location.Provider == DatabaseLocation.Sqlite
            ? $"SELECT name FROM pragma_table_info('{table}')"
            : $"SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('{table}') AND attnum > 0 AND NOT attisdropped";
        var columns = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) columns.Add(reader.GetString(0));
        return columns;
    }

    private async Task<ILookup<long, string>> ReadUrisAsync(DbConnection connection, CancellationToken ct)
    {
        var found = new List<(long Client, string Uri)>();
        if ((await ColumnsAsync(connection, RedirectUris, ct)).Count > 0)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT client_id, uri FROM {RedirectUris} WHERE client_id IS NOT NULL ORDER BY id";
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) found.Add((Convert.ToInt64(reader.GetValue(0), null), reader.GetString(1)));
        }
        return found.ToLookup(row => row.Client, row => row.Uri);
    }

    private static async Task<IReadOnlyList<PyramidClient>> ReadClientsAsync(DbConnection connection, string secret, ILookup<long, string> uris, CancellationToken ct)
    {
        var clients = new List<PyramidClient>();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id, client_id, {secret}, revoked FROM {Clients} ORDER BY id";
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            clients.Add(new(
                reader.GetString(1), reader.GetValue(2) as byte[] ?? [], reader.GetValue(2) as string, !await reader.IsDBNullAsync(3, ct) && Convert.ToBoolean(reader.GetValue(3), null),
                [.. uris[Convert.ToInt64(reader.GetValue(0), null)]]));
        return clients;
    }
}
