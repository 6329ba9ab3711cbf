using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

public sealed class StartupCostTests(PostgreSqlDatabase database) : IClassFixture<PostgreSqlDatabase>
{
    [Fact]
    public async Task A_start_on_a_database_that_is_as_it_should_be_costs_one_look_at_it_and_takes_no_lock()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var wire = PostgresWire.Start(database.ConnectionString);
        var services = new ServiceCollection().AddLogging();
        services.AddGatehouse(options => options.Issuer = "https://app.example").UsePostgreSql(wire.ConnectionString);
        await using var node = services.BuildServiceProvider();
        var schema = node.GetRequiredService<GatehouseDatabase>();
        // What a first call does once is no part of it.
        for (var i = 0; i < 3; i++) await schema.GetStatusAsync(ct);

        var looked = await CountAsync(wire, () => schema.GetStatusAsync(ct));
        var started = await CountAsync(wire, () => ActivatorUtilities.CreateInstance<DatabaseStartup>(node).StartingAsync(ct));
        var migrated = await CountAsync(wire, () => schema.MigrateAsync(ct));

        Assert.Equal(looked, started);
        Assert.True(migrated > looked, $"{migrated} round trips");
    }

    private static async Task<long> CountAsync(PostgresWire wire, Func<Task> act)
    {
        var before = wire.RoundTrips;
        await act();
        return wire.RoundTrips - before;
    }
}
