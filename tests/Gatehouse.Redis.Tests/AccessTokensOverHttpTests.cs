using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Redis.Tests;

/// <summary>Nodes over one PostgreSQL and one Redis, as their callers see them. Their clock stands still and Redis keeps an entry for a minute: what is refused before that was revoked, and did not just end.</summary>
public sealed class AccessTokensOverHttpTests
{
    private static readonly EphemeralDataProtectionProvider keys = new();

    private readonly string prefix = $"{{http-{Guid.CreateVersion7():N}}}:";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-199")]
    public async Task What_one_node_looked_up_costs_the_others_no_query_until_any_of_them_revokes_it()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var wire = PostgresWire.Start(database);
        await using var first = await StartAsync(wire.ConnectionString, withRedis: true);
        await using var second = await StartAsync(database, withRedis: true);
        var client = await AddClientAsync(first);
        var token = await IssueAsync(second, client);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(second, token));

        await EventuallyAsync(async () => await wire.CountAsync(async () => Assert.Equal(HttpStatusCode.OK, await CallAsync(first, token))) == 0);
        Assert.Equal(0, await wire.CountAsync(async () => Assert.True(await IsActiveAsync(first, client, token))));

        await PostAsync(second, client, "revoke", ("token", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(second, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(first, token));
        Assert.False(await IsActiveAsync(first, client, token));
    }

    /// <summary>As the command line does, which knows nothing of Redis: the nodes hear of it from the database.</summary>
    [Fact]
    [Trait("SR", "SR-199")]
    public async Task What_is_revoked_in_the_database_alone_is_refused_by_the_nodes_that_hear_of_it()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var node = await StartAsync(database, withRedis: true);
        await using var without = await StartAsync(database, withRedis: false);
        var client = await AddClientAsync(node);
        var token = await IssueAsync(node, client);
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, await CallAsync(node, token));

        await PostAsync(without, client, "revoke", ("token", token));

        await EventuallyAsync(async () => await CallAsync(node, token) == HttpStatusCode.Unauthorized);
    }

    private async Task<WebApplication> StartAsync(string connectionString, bool withRedis)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IDataProtectionProvider>(keys);
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        var gatehouse = builder.Services.AddGatehouse(options => (options.Issuer, options.AccessTokenCacheLifetime) = ("https://app.example", TimeSpan.FromMinutes(1))).UsePostgreSql(connectionString);
        if (withRedis)
        {
            var redis = await RedisServerProcess.SharedAsync();
            gatehouse.UseRedis(redis.ConnectionString, options => (options.KeyPrefix, options.Timeout, options.AccessTokens) = (prefix, TimeSpan.FromSeconds(10), true));
        }
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/api", () => "yes").RequireAuthorization();
        await app.StartAsync(Ct);
        return app;
    }

    private static async Task<string> AddClientAsync(WebApplication node)
    {
        var stored = ClientSecret.New(TimeProvider.System.GetUtcNow(), expiresAt: null, out var secret);
        Assert.True(await node.Services.GetRequiredService<IClientStore>().TryCreateAsync(new() { Id = "app", GrantTypes = ["client_credentials"], Secrets = [stored] }, Ct));
        return Convert.ToBase64String(Encoding.UTF8.GetBytes("app:" + secret));
    }

    private static async Task<string> IssueAsync(WebApplication node, string client) => (await PostAsync(node, client, "token", ("grant_type", "client_credentials"))).GetProperty("access_token").GetString()!;

    private static async Task<bool> IsActiveAsync(WebApplication node, string client, string token) => (await PostAsync(node, client, "introspect", ("token", token))).GetProperty("active").GetBoolean();

    private static async Task<HttpStatusCode> CallAsync(WebApplication node, string token)
    {
        using var http = Browser(node);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var answer = await http.GetAsync("/api", Ct);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> PostAsync(WebApplication node, string client, string endpoint, params (string Name, string Value)[] form)
    {
        using var http = Browser(node);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", client);
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var answer = await http.PostAsync("/oauth2/" + endpoint, content, Ct);
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonElement.Parse(body.Length == 0 ? "{}" : body);
    }

    private static HttpClient Browser(WebApplication node) => new(node.GetTestServer().CreateHandler()) { BaseAddress = new("https://app.example") };

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var looks = 0; !await condition(); looks++)
        {
            Assert.True(looks < 3000, "It did not come true.");
            await Task.Delay(10, Ct);
        }
    }
}
