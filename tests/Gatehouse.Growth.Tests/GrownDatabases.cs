using Gatehouse.Testing;

namespace Gatehouse.Growth.Tests;

/// <summary>One PostgreSQL with a small and a large database, every statement of whose stores is explained; they are filled once for all tests.</summary>
public sealed class GrownDatabases : IAsyncLifetime
{
    internal const int Few = 1_000, Many = 100_000;

    internal PostgresCluster Cluster { get; private set; } = null!;

    internal GrownPostgreSql Small { get; private set; } = null!;

    internal GrownPostgreSql Large { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await PostgresCluster.StartNewAsync(new PostgresOptions { Settings = ["log_line_prefix=", "synchronous_commit=off"] });
        Small = await GrownPostgreSql.CreateAsync(Cluster, Few, Plans.SessionOptions, default);
        Large = await GrownPostgreSql.CreateAsync(Cluster, Many, Plans.SessionOptions, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Small.DisposeAsync();
        await Large.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
