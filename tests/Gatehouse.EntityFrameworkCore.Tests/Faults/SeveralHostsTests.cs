using Gatehouse.Keys;
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
        await using var node = Start(one, other);

        one.IsDown = true;
        await node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);
        var store = node.GetRequiredService<IProtocolStore>();
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await store.StartAsync(family, [artifact], Ct);

        (one.IsDown, other.IsDown) = (false, true);
        await AskUntilItAnswersAsync(async () => Assert.NotNull(await store.FindAsync(artifact.Id, Ct)));
        (one.IsDown, other.IsDown) = (true, false);
        await AskUntilItAnswersAsync(async () => Assert.NotNull(await store.FindAsync(artifact.Id, Ct)));
    }

    /// <summary>What was known of a host is believed for a second. Then the next connection that lies idle is asked whether its server is the primary, and that question may hang, too.</summary>
    [Fact, Trait("SR", "SR-225")]
    public async Task A_host_that_does_not_say_whether_it_is_the_primary_is_not_waited_for()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var one = PostgresWire.Start(connectionString);
        await using var other = PostgresWire.Start(connectionString);
        await using var node = Start(one, other);
        await node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);
        var keys = node.GetRequiredService<IKeyStore>();
        await keys.ListAsync(Ct);
        await Task.Delay(TimeSpan.FromSeconds(1.5), Ct);

        (one.IsFrozen, other.IsFrozen) = (true, true);
        var asked = Record.ExceptionAsync(async () => await keys.ListAsync(Ct)).AsTask();
        Assert.NotNull(await asked.WaitAsync(TimeSpan.FromMinutes(1), Ct));

        (one.IsFrozen, other.IsFrozen) = (false, false);
        await AskUntilItAnswersAsync(async () => await keys.ListAsync(Ct));
    }

    private static ServiceProvider Start(PostgresWire one, PostgresWire other)
    {
        var hosts = new NpgsqlConnectionStringBuilder(one.ConnectionString) { Host = $"127.0.0.1:{Port(one)},127.0.0.1:{Port(other)}" };
        // The tests' own connection string is patient; here the limits that Gatehouse sets are meant.
        hosts.Remove("Timeout");
        var services = new ServiceCollection().AddLogging();
        services.AddGatehouse().UsePostgreSql(hosts.ConnectionString);
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static int Port(PostgresWire wire) => new NpgsqlConnectionStringBuilder(wire.ConnectionString).Port;

    /// <summary>That a host is away is believed for a second.</summary>
    private static async Task AskUntilItAnswersAsync(Func<Task> ask)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await ask();
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                await Task.Delay(50, Ct);
            }
        }
    }
}
