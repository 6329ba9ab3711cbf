using Gatehouse.Clients;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>OpenID Connect Core §3.1.2.1, RP-Initiated Logout §4: an ID token of ours says whom a client means, and nothing else does.</summary>
public sealed class IdTokenHintsTests
{
    [Theory, InlineData("public"), InlineData("pairwise")]
    public async Task One_of_ours_leads_to_client_and_user_even_after_its_end(string subjectType)
    {
        await using var provider = await OpenIdApp.StartAsync(configure: options => options.PairwiseSecret = new('x', 32));
        var client = await provider.AddOpenIdClientAsync(change: client => client with { SubjectType = subjectType });
        var token = (await client.SignInAsync()).IdToken();
        provider.Clock.Advance(TimeSpan.FromMinutes(30));

        var hint = await ReadAsync(provider, token);

        Assert.Equal(("app", "1"), (hint!.Client.Id, hint.Subject));
    }

    [Fact]
    public async Task Nothing_else_is_a_hint()
    {
        await using var provider = await OpenIdApp.StartAsync(configure: options => options.Resources.Add(new() { Identifier = "https://api.example" }));
        var client = await provider.AddOpenIdClientAsync(change: client => client with { UserinfoSignedResponseAlg = "ES256" });
        var answer = await client.SignInAsync(("resource", "https://api.example"));
        var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new("Bearer", (await client.SignInAsync()).AccessToken) } };
        var userInfo = await (await provider.Http.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(await ReadAsync(provider, answer.IdToken()));
        Assert.All(await Task.WhenAll(new[] { "", "x", "a.b.c", answer.AccessToken, userInfo, answer.IdToken()[..^2], answer.IdToken() + "A" }.Select(text => ReadAsync(provider, text))), Assert.Null);
        Assert.True(await provider.Get<IClientStore>().TryDeleteAsync("app", TestContext.Current.CancellationToken));
        await provider.Get<ClientCache>().RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Null(await ReadAsync(provider, answer.IdToken()));
    }

    private static Task<IdTokenHint?> ReadAsync(TestProvider provider, string text) =>
        provider.Get<IdTokenHints>().ReadAsync(text, TestProvider.Issuer, TestContext.Current.CancellationToken).AsTask();
}
