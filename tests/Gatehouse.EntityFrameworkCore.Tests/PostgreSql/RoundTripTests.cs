using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

/// <summary>Round trips, counted on the wire. Each one is a wait of the client, whatever a driver calls it.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private PostgresWire wire = null!;
    private ServiceProvider node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IProtocolStore Store => node.GetRequiredService<IProtocolStore>();

    public async ValueTask InitializeAsync()
    {
        wire = PostgresWire.Start(await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync());
        var services = new ServiceCollection();
        services.AddLogging().AddGatehouse().UsePostgreSql(wire.ConnectionString);
        node = services.BuildServiceProvider();
        await node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await wire.DisposeAsync();
    }

    [Fact]
    public async Task Every_transition_is_one_round_trip_and_one_more_to_tell_of_an_end()
    {
        // Twice, because the second time a statement is prepared.
        for (var round = 0; round < 3; round++)
        {
            var family = NewFamily();
            Artifact access = NewArtifact(family), refresh = NewArtifact(family);
            await AssertAsync(1, async () => await Store.StartAsync(family, [access, refresh], Ct));
            await AssertAsync(1, async () => refresh = (await Store.FindAsync(refresh.Id, Ct))!);
            await AssertAsync(1, async () => Assert.True(await Store.TryUpdateAsync(access, """{"n":1}""", Ct)));
            await AssertAsync(1, async () => Assert.True(await Store.TryRedeemAsync(refresh, [NewArtifact(family), NewArtifact(family)], new byte[400], Noon, Ct)));
            await AssertAsync(1, async () => Assert.False(await Store.TryRedeemAsync(refresh, [NewArtifact(family), NewArtifact(family)], new byte[400], Noon, Ct)));
            // Whoever ends something tells the other nodes.
            await AssertAsync(2, async () => Assert.True(await Store.TryRedeemAsync(access, [], null, Noon, Ct)));
            await AssertAsync(2, async () => await Store.RevokeFamilyAsync(family.Id, Noon, Ct));
            await AssertAsync(1, async () => Assert.NotNull(await Store.FindFamilyAsync(family.Id, Ct)));
            await AssertAsync(1, async () => await Store.RevokeFamiliesAsync("alice", "client", Noon, Ct));
            await AssertAsync(1, async () => await Store.TryRememberAsync($"jti{round}", Noon, Ct));
            await AssertAsync(3, async () => await Store.SweepAsync(Noon.AddYears(-1), 1000, Ct));
        }
    }

    [Fact]
    public async Task Clients_consents_and_failures_are_one_round_trip()
    {
        var clients = node.GetRequiredService<IClientStore>();
        var consents = node.GetRequiredService<IConsentStore>();
        var attempts = node.GetRequiredService<IAttemptStore>();
        await clients.TryCreateAsync(new() { Id = "notes" }, Ct);
        await consents.SaveAsync(new("alice", "notes", "notes.read", Noon), Ct);
        for (var round = 0; round < 3; round++)
        {
            await AssertAsync(1, async () => Assert.NotNull(await clients.FindAsync("notes", Ct)));
            await AssertAsync(1, async () => await clients.ReadVersionAsync(Ct));
            await AssertAsync(1, async () => Assert.NotNull(await consents.FindAsync("alice", "notes", Ct)));
            await AssertAsync(1, async () => await consents.SaveAsync(new("alice", "notes", "notes.read", Noon), Ct));
            await AssertAsync(1, async () => Assert.Equal(3, (await attempts.AddFailureAsync(["user", "client", "address"], Noon, Noon, Ct)).Count));
            await AssertAsync(1, async () => await attempts.ClearAsync("user", DateTimeOffset.UnixEpoch, Ct));
        }
    }

    /// <summary>In an app's own context: the same reads, and one <c>SaveChanges</c> per transition. EF sends the commit of several statements by itself.</summary>
    [Fact]
    public async Task In_an_apps_own_context_a_redemption_is_a_read_and_one_SaveChanges()
    {
        var services = new ServiceCollection();
        services.AddDbContextPool<AppDbContext>(context => context.UseNpgsql(wire.ConnectionString));
        services.AddLogging().AddGatehouse().AddEntityFrameworkStores<AppDbContext>();
        await using var app = services.BuildServiceProvider();
        await using (var scope = app.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<AppDbContext>().GetService<IRelationalDatabaseCreator>().CreateTablesAsync(Ct);
        var store = app.GetRequiredService<IProtocolStore>();
        for (var round = 0; round < 3; round++)
        {
            var family = NewFamily();
            var refresh = NewArtifact(family);
            await store.StartAsync(family, [NewArtifact(family), refresh], Ct);
            var read = await wire.CountAsync(async () => refresh = (await store.FindAsync(refresh.Id, Ct))!);
            var redemption = await wire.CountAsync(async () => Assert.True(await store.TryRedeemAsync(refresh, [NewArtifact(family)], null, Noon, Ct)));
            if (round > 0) Assert.Equal((1, 2), (read, redemption));
        }
    }

    private async Task AssertAsync(int expected, Func<Task> work)
    {
        var counted = await wire.CountAsync(work);
        Assert.True(expected == counted, $"Expected {expected} round trips and counted {counted}:\n{string.Join("\n", wire.Statements)}");
    }

    private static Family NewFamily() => new(Guid.CreateVersion7(), "client", "alice", Noon, Noon.AddDays(30));

    private static Artifact NewArtifact(Family family) =>
        new($"{Guid.CreateVersion7():N}"[20..], "refresh_token", family.Id, family.ClientId, family.Subject, new byte[32], "{}", Noon.AddDays(14));
}
