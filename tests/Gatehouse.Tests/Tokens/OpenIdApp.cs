using System.Security.Claims;
using Gatehouse.Clients;
using Gatehouse.Tests.Authorize;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Tokens;

/// <summary>An app whose users sign in with its cookie, and what it knows of them.</summary>
internal static class OpenIdApp
{
    public static Task<TestProvider> StartAsync(KnownClaims? known = null, Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        Browser.StartAppAsync(configure, all =>
        {
            if (known is not null) all.AddSingleton(known).AddScoped<IClaimsSource, TestClaims>();
            services?.Invoke(all);
        });

    /// <summary>A client that may sign users in and know everything of them; nobody asks them, so that a test is about tokens.</summary>
    public static Task<TestClient> AddOpenIdClientAsync(this TestProvider provider, string id = "app", Func<Client, Client>? change = null) => provider.AddClientAsync(id, client =>
    {
        client = client with { Scope = "openid profile email address phone offline_access notes.read employee", RequireConsent = false };
        return change?.Invoke(client) ?? client;
    });

    /// <summary>The answer of the token endpoint to a user who just signed in.</summary>
    public static async Task<Answer> SignInAsync(this TestClient client, params (string Name, string? Value)[] changes)
    {
        using var browser = await Browser.SignedInAsync(client.Provider);
        return await client.RedeemAsync((await browser.AuthorizeAsync(client, [.. changes, .. changes.Any(change => change.Name == "scope") ? [] : new (string, string?)[] { ("scope", "openid") }])).Code);
    }

    public static string IdToken(this Answer answer) => answer.Member("id_token") ?? throw new InvalidOperationException(answer.Body);
}

/// <summary>What the tests' app knows of everybody.</summary>
internal sealed class KnownClaims(params Claim[] claims)
{
    public List<Claim> All { get; } = [.. claims];

    public List<ClaimsRequestContext> Asked { get; } = [];

    public bool IsDown { get; set; }
}

internal sealed class TestClaims(KnownClaims known) : IClaimsSource
{
    public ValueTask<IReadOnlyList<Claim>> GetClaimsAsync(ClaimsRequestContext context, CancellationToken ct)
    {
        known.Asked.Add(context);
        if (known.IsDown) throw new TimeoutException("the app's database does not answer");
        return new(known.All);
    }
}
