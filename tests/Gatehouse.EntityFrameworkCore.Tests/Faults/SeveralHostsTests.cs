using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>Two ways to one primary, by two names: whichever is there is taken.</summary>
public sealed class SeveralHostsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("SR", "SR-225")]
    public async Task Whichever_host_is_there_is_taken_and_nobody_restarts_anything()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var one = PostgresWire.Start(connectionString);
        await using var other = PostgresWire.Start(connectionString);
        var hosts = new NpgsqlConnectionStringBuilder(one.ConnectionString) { Host = $"127.0.0.1:{Port(one)},127.0.0.1:{Port(other)}" };
        var services = new ServiceCollection().AddLogging();
        services.AddGatehouse().UsePostgreSql(hosts.ConnectionString);
        await using var node = services.BuildServiceProvider(validateScopes: true);

        one.IsDown = true;
        await node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);
        var store = node.GetRequiredService<IProtocolStore>();
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await store.StartAsync(family, [artifact], Ct);

        (one.IsDown, other.IsDown) = (false, true);
        await FindAsync(store, artifact);
        (one.IsDown, other.IsDown) = (true, false);
        await FindAsync(store, artifact);
    }

    private static int Port(PostgresWire wire) => new NpgsqlConnectionStringBuilder(wire.ConnectionString).Port;

    /// <summary>That a host is away is believed for a second.</summary>
    private static async Task FindAsync(IProtocolStore store, Artifact artifact)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                Assert.NotNull(await store.FindAsync(artifact.Id, Ct));
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                await Task.Delay(50, Ct);
            }
        }
    }
}
