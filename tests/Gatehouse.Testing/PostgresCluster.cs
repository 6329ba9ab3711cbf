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
    // Nobody ends it: its shell does, when the pipe to this process ends. To wait for that would hold up whoever waits for this process, for as long as hundreds of databases take to be removed.
    private static readonly Lazy<Task<PostgresCluster>> shared = new(() => StartNewAsync());

    private readonly PostgresServerProcess server;
    private readonly NpgsqlConnectionStringBuilder administrator;
    private int databases;

    private PostgresCluster(PostgresServerProcess server, IPEndPoint listen, NpgsqlConnectionStringBuilder administrator) =>
        (this.server, Listen, this.administrator) = (server, listen, administrator);

    /// <summary>The cluster of this test process; started by whoever asks first, stopped and removed when the process ends.</summary>
    public static Task<PostgresCluster> SharedAsync() => shared.Value;

    /// <summary>The port on 127.0.0.1; the same after a restart.</summary>
    public int Port => administrator.Port;

    /// <summary>Where it listens, in its own network.</summary>
    public IPEndPoint Listen { get; }

    /// <summary>Of its superuser, to the database <c>postgres</c>.</summary>
    public string ConnectionString => administrator.ConnectionString;

    /// <summary>False once it was stopped or killed.</summary>
    public bool IsRunning => server.IsRunning;

    /// <summary>Starts a cluster of one's own, for tests that stop or kill it.</summary>
    public static Task<PostgresCluster> StartNewAsync(CancellationToken ct = default) => StartNewAsync(new PostgresOptions(), ct);

    /// <summary>As <see cref="StartNewAsync(CancellationToken)"/>, elsewhere or with other settings.</summary>
    public static async Task<PostgresCluster> StartNewAsync(PostgresOptions options, CancellationToken ct = default)
    {
        var binaries = PostgresBinaries.Find();
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var folder = await PostgresServerProcess.InitializeAsync(binaries, options, password, ct);
        return await StartAsync(binaries, folder, password, options, ct);
    }

    /// <summary>Starts a standby: a copy of this one that follows it, for reading until <see cref="PromoteAsync"/>.</summary>
    /// <param name="name">By which this server knows it, in <c>synchronous_standby_names</c> and as its replication slot; new each time.</param>
    /// <param name="options">Where it listens.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task<PostgresCluster> StartStandbyAsync(string name, PostgresOptions options, CancellationToken ct = default)
    {
        var binaries = PostgresBinaries.Find();
        var folder = await PostgresServerProcess.CopyAsync(binaries, options, administrator.Password!, Listen, name, ct);
        return await StartAsync(binaries, folder, administrator.Password!, options with { Settings = [.. options.Settings, $"cluster_name={name}"] }, ct);
    }

    /// <summary>Makes a standby a primary; returns when it takes writes.</summary>
    public async Task PromoteAsync(CancellationToken ct = default)
    {
        if (await ExecuteAsync("SELECT pg_promote(true, 60)", ct) is not true) throw new InvalidOperationException($"The standby did not become a primary:\n{server.ReadLog()}");
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken ct = default)
    {
        var name = $"test{Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture)}";
        await ExecuteAsync($"CREATE DATABASE {name}", ct);
        return new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Runs a statement as the superuser, in the database <c>postgres</c>. Returns the first value of the first row, if there is one.</summary>
    public async Task<object?> ExecuteAsync(string sql, CancellationToken ct = default)
    {
        await using var connection = await ConnectAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Patience.TotalSeconds * 2 };
        return await command.ExecuteScalarAsync(ct);
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
                await using var connection = await ConnectAsync(ct);
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

    /// <summary>What the server has written to its log so far.</summary>
    public string ReadLog() => server.ReadLog();

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

    // Not pooled: a pool would remember the connections of the server before.
    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<PostgresCluster> StartAsync(string binaries, string folder, string password, PostgresOptions options, CancellationToken ct)
    {
        // Between finding a free port and using it somebody else may take it: then the server does not come up, and another port is tried.
        for (var attempt = 1; ; attempt++)
        {
            var listen = options.Listen ?? new IPEndPoint(IPAddress.Loopback, FreePort());
            var reach = options.Reach ?? listen;
            var administrator = new NpgsqlConnectionStringBuilder
            {
                Host = reach.Address.ToString(),
                Port = reach.Port,
                Username = "postgres",
                Password = password,
                Database = "postgres",
                SslMode = SslMode.Disable,
                GssEncryptionMode = GssEncryptionMode.Disable,
                Timeout = 15,
            };
            var cluster = new PostgresCluster(new PostgresServerProcess(binaries, folder, options, listen), listen, administrator);
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
