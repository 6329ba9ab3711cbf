using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Gatehouse.Testing;

/// <summary>
/// A private PostgreSQL cluster: made in a temporary folder, on a free port of 127.0.0.1, durable commits on, gone when the process is.
/// Each test process has its own, so that runs beside each other do not meet.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresCluster>> shared = new(StartSharedAsync);

    private readonly PostgresServerProcess server;
    private readonly NpgsqlConnectionStringBuilder administrator;
    private int databases;

    private PostgresCluster(PostgresServerProcess server, NpgsqlConnectionStringBuilder administrator) => (this.server, this.administrator) = (server, administrator);

    /// <summary>The cluster of this test process; started by whoever asks first, stopped and removed when the process ends.</summary>
    public static Task<PostgresCluster> SharedAsync() => shared.Value;

    /// <summary>The port on 127.0.0.1; the same after a restart.</summary>
    public int Port => administrator.Port;

    /// <summary>Starts a cluster of one's own, for tests that stop or kill it.</summary>
    public static async Task<PostgresCluster> StartNewAsync(CancellationToken ct = default)
    {
        var binaries = PostgresBinaries.Find();
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var folder = await PostgresServerProcess.InitializeAsync(binaries, password, ct);
        // Between finding a free port and using it somebody else may take it: then the server does not come up, and another port is tried.
        for (var attempt = 1; ; attempt++)
        {
            var administrator = new NpgsqlConnectionStringBuilder
            {
                Host = IPAddress.Loopback.ToString(),
                Port = FreePort(),
                Username = "postgres",
                Password = password,
                Database = "postgres",
                SslMode = SslMode.Disable,
                GssEncryptionMode = GssEncryptionMode.Disable,
                Timeout = 15,
            };
            var cluster = new PostgresCluster(new PostgresServerProcess(binaries, folder, administrator.Port), administrator);
            try
            {
                await cluster.StartAsync(ct);
                return cluster;
            }
            catch (InvalidOperationException)
            {
                await cluster.StopAsync(ct);
                if (attempt < 5) continue;
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken ct = default)
    {
        var name = $"test{Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture)}";
        await using var connection = new NpgsqlConnection(administrator.ConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(ct);
        return new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Starts the server on the data that it has and waits until it answers; recovers first if it was killed.</summary>
    public async Task StartAsync(CancellationToken ct = default)
    {
        server.Start();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // Not pooled: a pool would remember the connections of the server before.
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Pooling = false }.ConnectionString);
                await connection.OpenAsync(ct);
                return;
            }
            catch (NpgsqlException) when (server.IsRunning && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(50, ct);
            }
            catch (NpgsqlException failure)
            {
                throw new InvalidOperationException($"PostgreSQL did not come up on port {Port}:\n{server.ReadLog()}", failure);
            }
        }
    }

    /// <summary>Stops the server in order: connections are ended, everything is written. The data stays for <see cref="StartAsync"/>.</summary>
    public Task StopAsync(CancellationToken ct = default) => server.StopAsync("INT", ct);

    /// <summary>Stops it as a crash would: nothing is finished and nothing written but the log of committed transactions, from which the next start recovers.</summary>
    public Task KillAsync(CancellationToken ct = default) => server.StopAsync("QUIT", ct);

    /// <summary>Stops the server and removes its data.</summary>
    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return default;
    }

    private static async Task<PostgresCluster> StartSharedAsync()
    {
        var cluster = await StartNewAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.server.Dispose(TimeSpan.FromSeconds(3));
        return cluster;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
