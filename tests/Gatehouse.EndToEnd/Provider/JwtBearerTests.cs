using System.Net.Http.Headers;
using Gatehouse.Tests;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>RFC 9068 as Microsoft's own handler reads it, in an API that lives elsewhere and knows only our issuer.</summary>
public sealed class JwtBearerTests
{
    private const string Api = "https://api.example";

    [Fact]
    [Trait("SR", "SR-070")]
    public async Task Any_JwtBearer_verifies_our_access_tokens_by_discovery_and_refuses_those_of_others()
    {
        await using var provider = await TestProvider.StartAsync(
            options =>
            {
                options.Resources.Add(new() { Identifier = Api });
                options.Resources.Add(new() { Identifier = "https://other.example" });
            }, time: TimeProvider.System);
        var client = await provider.AddClientAsync();
        await using var api = await StartApiAsync(provider);

        var token = await client.PasswordAsync(("resource", Api));
        Assert.Equal(200, token.Status);
        Assert.Equal(600, token.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal("1 app notes.read notes.write alice", await CallAsync(api, token.AccessToken));

        var refreshed = await client.RefreshAsync(token.RefreshToken, ("resource", Api), ("scope", "notes.read"));
        Assert.Equal("1 app notes.read alice", await CallAsync(api, refreshed.AccessToken));

        Assert.Equal("401", await CallAsync(api, (await client.RefreshAsync(refreshed.RefreshToken, ("resource", "https://other.example"))).AccessToken));
        Assert.Equal("401", await CallAsync(api, (await client.PasswordAsync()).AccessToken));
    }

    private static async Task<WebApplication> StartApiAsync(TestProvider provider)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddJwtBearer(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.Authority = TestProvider.Issuer;
            options.Audience = Api;
            options.MapInboundClaims = false;
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];
            options.Backchannel = provider.NewBrowser();
        });
        var api = builder.Build();
        api.UseAuthentication();
        api.UseAuthorization();
        api.MapGet("/", (System.Security.Claims.ClaimsPrincipal user) =>
            string.Join(' ', new[] { "sub", "client_id", "scope", "name" }.Select(user.FindFirst).Select(claim => claim?.Value))).RequireAuthorization();
        await api.StartAsync();
        return api;
    }

    private static async Task<string> CallAsync(WebApplication api, string token)
    {
        using var http = new HttpClient(api.GetTestServer().CreateHandler()) { BaseAddress = new(Api) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await http.GetAsync("/", TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : $"{(int)response.StatusCode}";
    }
}
