using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>The one connection pool to Gatehouse's database; a type of its own, so that it is never mistaken for a data source of the app.</summary>
internal sealed class PostgreSqlConnections : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource pools;

    public PostgreSqlConnections(string connectionString, StoreLimits limits)
    {
        var settings = Tuned(connectionString, limits.Timeout);
        // The data source is told what kind of server we want, and the connection string must not say it.
        var wanted = settings.TargetSessionAttributes;
        settings.TargetSessionAttributes = null;
        var isOneHost = wanted is null && !settings.Host!.Contains(',');
        // The driver asks a connection of several hosts for its role. It rounds down what is left of this limit to whole seconds, and zero means for ever; nothing else ends that question, nobody's token either.
        if (!isOneHost && settings.Timeout == 1) settings.Timeout = 2;
        WithinTheRequest = WithinTheRequest.OfOurs(limits, connectsInTime: isOneHost && settings.Timeout < limits.Timeout.TotalSeconds);
        // Metrics call the pool by this name, and else by the whole connection string.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "gatehouse" };
        if (isOneHost) DataSource = pools = builder.Build();
        else
        {
            var hosts = builder.BuildMultiHost();
            (pools, DataSource) = (hosts, hosts.WithTargetSession(Parse(wanted)));
        }
    }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>For all contexts that use them.</summary>
    public WithinTheRequest WithinTheRequest { get; }

    public ValueTask DisposeAsync() => pools.DisposeAsync();

    public void Dispose() => pools.Dispose();

    /// <summary>Defaults for what the connection string does not say; what it says stands.</summary>
    private static NpgsqlConnectionStringBuilder Tuned(string connectionString, TimeSpan limit)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // A few dozen statements, always the same: planned once per connection. (A pooler in transaction mode that cannot prepare needs `Max Auto Prepare=0`.)
        Set("Max Auto Prepare", 64);
        Set("Auto Prepare Min Usages", 2);
        // Nothing of ours leaves state in a session, so there is nothing to reset between two uses of a connection.
        Set("No Reset On Close", true);
        // A transition happens or not by itself; it must not hang on a transaction that the app happens to be in.
        Set("Enlist", false);
        // What a statement and a connection take together is little more than the limit: to tell the database that we have lost interest, the driver connects once more.
        // Of several hosts it tries each for so long, and each once more for want of a better one: where all packets are dropped, that adds up.
        var tries = builder.Host?.Split(',').Length is > 1 and var hosts ? hosts * 2 : 1;
        Set("Timeout", Math.Min(15, Seconds(limit * 0.4 / tries)));
        Set("Command Timeout", Seconds(limit * 0.8));
        Set("Cancellation Timeout", 500);
        // A connection that lies idle while its host vanishes is found out by the kernel, and not by the next caller.
        Set("Tcp Keepalive", true);
        Set("Tcp Keepalive Time", 30);
        Set("Tcp Keepalive Interval", 5);
        // After a failover: how long what was known of a host is believed.
        Set("Host Recheck Seconds", 1);
        return builder;

        void Set(string keyword, object value)
        {
            if (!builder.ContainsKey(keyword) || !builder.ShouldSerialize(keyword)) builder[keyword] = value;
        }
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);

    /// <summary>We write, so of several hosts we need the primary unless somebody knows better.</summary>
    private static TargetSessionAttributes Parse(string? wanted) =>
        wanted is null ? TargetSessionAttributes.Primary : Enum.Parse<TargetSessionAttributes>(wanted.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
}
