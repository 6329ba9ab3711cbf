using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Redis.Tests;

/// <summary>What docs/redis.md says that Redis takes off the database, counted on the wire.</summary>
public sealed class SavedRoundTripTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData(false, 1), InlineData(true, 0)]
    public async Task What_Redis_does_costs_the_database_nothing(bool withRedis, int roundTrips)
    {
        await using var wire = PostgresWire.Start(await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct));
        var builder = WebApplication.CreateSlimBuilder();
        var gatehouse = builder.Services.AddGatehouse(options => options.Issuer = "https://app.example").UsePostgreSql(wire.ConnectionString);
        if (withRedis)
            gatehouse.UseRedis((await RedisServerProcess.SharedAsync()).ConnectionString, options => (options.KeyPrefix, options.Timeout) = ($"{{{Guid.CreateVersion7():N}}}:", TimeSpan.FromSeconds(10)));
        await using var app = builder.Build();
        await app.Services.GetRequiredService<EntityFrameworkCore.GatehouseDatabase>().MigrateAsync(Ct);
        var (guard, attempts) = (app.Services.GetRequiredService<IReplayGuard>(), app.Services.GetRequiredService<IAttemptStore>());

        // Twice, because the second time a statement is prepared.
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(roundTrips, await wire.CountAsync(async () => Assert.True(await guard.TryRememberAsync($"nonce{round}", Now.AddHours(1), Ct))));
            Assert.Equal(roundTrips, await wire.CountAsync(async () => Assert.Equal(2, (await attempts.AddFailureAsync(["user", "address"], Now, Now.AddDays(-1), Ct)).Count)));
            Assert.Equal(roundTrips, await wire.CountAsync(async () => Assert.Equal(2, (await attempts.ListSinceAsync(Now.AddSeconds(-1), Ct)).Count)));
            Assert.Equal(roundTrips, await wire.CountAsync(async () => await attempts.ClearAsync("user", Now, Ct)));
        }
    }
}
