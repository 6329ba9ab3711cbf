using Gatehouse.Clients;

namespace Gatehouse.Tests.Grants;

/// <summary>RFC 6749 §6: a refresh may narrow what it gets, never widen it, and never shrinks the grant.</summary>
public sealed class RefreshScopeTests
{
    [Fact]
    [Trait("SR", "SR-065")]
    public async Task Narrowing_one_refresh_does_not_shrink_the_grant()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        var narrowed = await client.RefreshAsync(tokens.RefreshToken, ("scope", "notes.read"));
        Assert.Equal("notes.read", await ScopeOfAsync(client, narrowed));

        var full = await client.RefreshAsync(narrowed.RefreshToken);
        Assert.Equal("notes.read notes.write", await ScopeOfAsync(client, full));
        Assert.Equal("notes.write", await ScopeOfAsync(client, await client.RefreshAsync(full.RefreshToken, ("scope", "notes.write"))));
    }

    [Theory, InlineData("notes.delete"), InlineData("notes.read notes.delete"), InlineData("NOTES.READ"), InlineData("notes.write")]
    [Trait("SR", "SR-065")]
    public async Task Widening_is_refused_and_costs_nothing(string scope)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync(change: client => client with { Scope = "notes.read notes.write notes.delete" });
        var tokens = await client.PasswordAsync(("scope", scope == "notes.write" ? "notes.read" : "notes.read notes.write"));

        (await client.RefreshAsync(tokens.RefreshToken, ("scope", scope))).IsRefused(400, "invalid_scope");

        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Theory, InlineData("notes.read\u0007"), InlineData("a\"b"), InlineData("a\\b"), InlineData("nötes")]
    public async Task A_scope_outside_the_grammar_is_refused_readably(string scope)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        (await client.PasswordAsync(("scope", scope))).IsRefused(400, "invalid_scope");
        (await client.RefreshAsync((await client.PasswordAsync()).RefreshToken, ("scope", scope))).IsRefused(400, "invalid_scope");
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task A_scope_that_the_client_lost_is_not_granted_again_and_the_answer_says_so()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();
        await provider.Get<IClientStore>().TryUpdateAsync(client.Client with { Scope = "notes.read" }, TestContext.Current.CancellationToken);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () => (await client.PasswordAsync(("scope", "notes.write"))).Error == "invalid_scope");

        var silent = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("notes.read", silent.Member("scope"));
        Assert.Equal("notes.read", await ScopeOfAsync(client, silent));

        var asked = await client.RefreshAsync(silent.RefreshToken, ("scope", "notes.read notes.write"));
        Assert.Equal("notes.read", asked.Member("scope"));
        Assert.Equal("notes.read", await ScopeOfAsync(client, asked));
    }

    private static async Task<string?> ScopeOfAsync(TestClient client, Answer tokens) => (await client.IntrospectAsync(tokens.AccessToken)).Member("scope");
}
