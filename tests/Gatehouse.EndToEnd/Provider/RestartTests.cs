using Gatehouse.Testing;
using Gatehouse.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>The process ends and another one takes over: what was decided stays decided.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-restart-").FullName;
    private string? postgres;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-063")]
    public async Task What_was_spent_or_revoked_stays_so(string database)
    {
        var first = await StartAsync(database);
        var client = await first.AddClientAsync();
        var (spent, revoked, alone) = (await client.PasswordAsync(), await client.PasswordAsync(), await client.PasswordAsync());
        var next = await client.RefreshAsync((await client.RefreshAsync(spent.RefreshToken)).RefreshToken);
        await client.RevokeAsync(revoked.RefreshToken);
        await client.RevokeAsync(alone.AccessToken);
        await first.DisposeAsync();

        await using var second = await StartAsync(database);
        client = client with { Provider = second };
        Assert.Equal((true, false, false), (await client.IsActiveAsync(next.AccessToken), await client.IsActiveAsync(revoked.AccessToken), await client.IsActiveAsync(alone.AccessToken)));
        (await client.RefreshAsync(revoked.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await client.RefreshAsync(alone.RefreshToken)).Status);
        (await client.RefreshAsync(spent.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.False(await client.IsActiveAsync(next.AccessToken));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-063")]
    public async Task An_answer_that_was_lost_with_the_process_is_given_by_the_next_one(string database)
    {
        var first = await StartAsync(database);
        var client = await first.AddClientAsync();
        var tokens = await client.PasswordAsync();
        var lost = await client.RefreshAsync(tokens.RefreshToken);
        await first.DisposeAsync();

        await using var second = await StartAsync(database);
        Assert.Equal(lost.Body, (await (client with { Provider = second }).RefreshAsync(tokens.RefreshToken)).Body);
    }

    private async Task<TestProvider> StartAsync(string database)
    {
        if (database == "postgresql") postgres ??= await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        return await TestProvider.StartAsync(time: TimeProvider.System, stores: gatehouse =>
        {
            if (postgres is not null) gatehouse.UsePostgreSql(postgres);
            else gatehouse.UseSqlite($"Data Source={Path.Combine(folder, "gatehouse.db")}");
        });
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
