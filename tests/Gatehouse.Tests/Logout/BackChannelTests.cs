using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Logout;
using Gatehouse.Sessions;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Fetch;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Logout;

public sealed class BackChannelTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<TestProvider> StartAsync(Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null) => SessionApp.StartAsync(
        options =>
        {
            options.Fetch.AllowedHosts.Add("localhost");
            options.PairwiseSecret = new('s', 32);
            configure?.Invoke(options);
        }, services);

    private static Task<TestClient> AddListenerAsync(TestProvider provider, LoopbackServer server, string id = "app", Func<Client, Client>? change = null) =>
        provider.AddLogoutClientAsync(id, client =>
        {
            client = client with { BackchannelLogoutUri = $"http://localhost:{server.Port}/out" };
            return change?.Invoke(client) ?? client;
        });

    private static async Task SignOutAsync(TestProvider provider, params TestClient[] clients)
    {
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var client in clients) await browser.VisitAsync(client);
        await browser.GetAsync("/test/sign-out");
    }

    private static string TokenOf(string request) => Uri.UnescapeDataString(request.Split("\r\n\r\nlogout_token=")[1]);

    private static async Task<string> ReceivedAsync(LoopbackServer server, int count = 1)
    {
        await Eventually.TrueAsync(() => Task.FromResult(server.Requests.Count >= count));
        return server.Requests.Last();
    }

    private static async Task SettledAsync(TestProvider provider) => await Eventually.TrueAsync(async () =>
    {
        // Far in the future: what is not there then is settled. Claims it as a by-product, so it is asked last.
        var left = await provider.Get<ILogoutOutbox>().ClaimAsync(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, 100, Ct);
        return left.Count == 0;
    });

    [Theory, Trait("SR", "SR-218")]
    [InlineData("ES256", false)]
    [InlineData("RS256", true)]
    public async Task A_client_of_the_session_gets_a_logout_token_for_its_own_eyes(string algorithm, bool pairwise)
    {
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await StartAsync();
        var client = await AddListenerAsync(provider, listener, change: client => client with { IdTokenSignedResponseAlg = algorithm, SubjectType = pairwise ? "pairwise" : "public" });
        using var browser = await Browser.SignedInAsync(provider);
        var idToken = Jwt.PayloadOf((await browser.VisitAsync(client)).IdToken());
        await browser.GetAsync("/test/sign-out");
        var request = await ReceivedAsync(listener);
        Assert.StartsWith("POST /out HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-www-form-urlencoded", request, StringComparison.OrdinalIgnoreCase);
        var token = TokenOf(request);
        Assert.Equal((algorithm, "logout+jwt"), (Jwt.HeaderOf(token).GetProperty("alg").GetString(), Jwt.HeaderOf(token).GetProperty("typ").GetString()));
        var payload = (await JwtReader.ReadAsync(provider.Get<KeyRing>(), token, "logout+jwt", TestProvider.Issuer, Ct))!.Value;
        foreach (var member in (string[])["sub", "aud", "sid"]) Assert.Equal(idToken.GetProperty(member).GetString(), payload.GetProperty(member).GetString());
        Assert.Equal(pairwise, payload.GetProperty("sub").GetString() != "1");
        Assert.Equal(provider.Clock.GetUtcNow().ToUnixTimeSeconds(), payload.GetProperty("iat").GetInt64());
        Assert.InRange(payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64(), 1, 120);
        Assert.True(payload.GetProperty("jti").GetString()!.Length >= 22);
        Assert.Equal(JsonValueKind.Object, payload.GetProperty("events").GetProperty("http://schemas.openid.net/event/backchannel-logout").ValueKind);
        Assert.False(payload.TryGetProperty("nonce", out _));
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(1821) == 1));
        await SettledAsync(provider);
    }

    [Theory]
    [InlineData("200 OK", 1821)]
    [InlineData("204 No Content", 1821)]
    [InlineData("400 Bad Request", 1824)]
    public async Task An_answer_settles_it(string answer, int logged)
    {
        await using var listener = LoopbackServer.Start(answer);
        await using var provider = await StartAsync();
        await SignOutAsync(provider, await AddListenerAsync(provider, listener));
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(logged) == 1));
        await SettledAsync(provider);
        Assert.Single(listener.Requests);
    }

    [Theory]
    [InlineData("503 Service Unavailable")]
    [InlineData("302 Found\nLocation: http://localhost/elsewhere")]
    [InlineData("404 Not Found")]
    public async Task A_client_that_does_not_take_it_is_asked_again_later_and_later_with_a_new_token_until_it_does(string answer)
    {
        var attempts = 0;
        await using var listener = LoopbackServer.Start((stream, ct) =>
            stream.WriteAsync(Encoding.Latin1.GetBytes(LoopbackServer.Http(Interlocked.Increment(ref attempts) < 3 ? answer : "200 OK", "")), ct).AsTask());
        await using var provider = await StartAsync();
        await SignOutAsync(provider, await AddListenerAsync(provider, listener));
        await ReceivedAsync(listener);
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(1822) == 1));
        provider.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(listener.Requests);
        await AdvanceUntilAsync(provider, () => listener.Requests.Count >= 2);
        await AdvanceUntilAsync(provider, () => provider.Logged(1821) == 1);
        Assert.Equal(3, listener.Requests.Select(request => Jwt.PayloadOf(TokenOf(request)).GetProperty("jti").GetString()).Distinct().Count());
        Assert.Equal(1, provider.Logged(1822));
        await SettledAsync(provider);
    }

    [Fact]
    public async Task A_dead_or_silent_listener_holds_up_neither_the_user_nor_the_other_clients()
    {
        await using var silent = LoopbackServer.Start((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var listener = LoopbackServer.Start("200 OK");
        // Longer than Eventually waits: whoever is held up by it is not told in time.
        await using var provider = await StartAsync(LongClaims);
        var dead = LoopbackServer.Start("200 OK");
        TestClient[] clients = [await AddListenerAsync(provider, silent, "silent"), await AddListenerAsync(provider, dead, "dead"), await AddListenerAsync(provider, listener, "alive")];
        await dead.DisposeAsync();
        for (var i = 0; i < 5; i++) await SignOutAsync(provider, clients);
        await AdvanceUntilAsync(provider, () => listener.Requests.Count >= 5);
        Assert.InRange(silent.Connections, 1, 2);
    }

    [Fact]
    public async Task It_gives_up_after_its_time_and_says_so()
    {
        await using var listener = LoopbackServer.Start("500 Oops");
        await using var provider = await StartAsync(options => options.Logout.BackChannelGiveUpAfter = TimeSpan.FromMinutes(1));
        await SignOutAsync(provider, await AddListenerAsync(provider, listener));
        await AdvanceUntilAsync(provider, () => provider.Logged(1823) == 1);
        await SettledAsync(provider);
    }

    [Fact]
    public async Task What_a_process_left_behind_the_next_one_sends_and_ends_the_tokens_as_well()
    {
        var store = new InMemorySessionStore();
        void Share(IServiceCollection services) => services.AddSingleton<ISessionStore>(store).AddSingleton<ILogoutOutbox>(store);
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await StartAsync(services: Share);
        var client = await AddListenerAsync(provider, listener);
        using var browser = await Browser.SignedInAsync(provider);
        var tokens = await browser.VisitAsync(client);
        // A node that ended the session, claimed the notice, and died before it did anything else.
        await store.TryEndAsync((await provider.SessionAsync()).Id, provider.Clock.GetUtcNow(), Ct);
        Assert.Single(await store.ClaimAsync(provider.Clock.GetUtcNow(), provider.Clock.GetUtcNow().AddMinutes(1), 10, Ct));
        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        await AdvanceUntilAsync(provider, () => listener.Requests.Count == 1);
        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(1821) == 1));
    }

    [Fact]
    public async Task Two_nodes_on_one_outbox_send_each_notice_once()
    {
        var store = new InMemorySessionStore();
        var clients = new InMemoryClientStore();
        void Share(IServiceCollection services) => services.AddSingleton<ISessionStore>(store).AddSingleton<ILogoutOutbox>(store).AddSingleton<IClientStore>(clients);
        await using var listener = LoopbackServer.Start("200 OK");
        await using var first = await StartAsync(LongClaims, Share);
        await using var second = await StartAsync(LongClaims, Share);
        void Advance(TimeSpan by) => Array.ForEach([first, second], node => node.Clock.Advance(by));
        var client = await AddListenerAsync(first, listener);
        for (var i = 0; i < 10; i++)
        {
            await SignOutAsync(first, client);
            Advance(TimeSpan.FromSeconds(5));
        }
        await Eventually.TrueAsync(() =>
        {
            // Slowly: a claim that runs out while its node has not come to send it is rightly taken over by the other.
            Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(first.Logged(1821) + second.Logged(1821) >= 10);
        });
        Assert.Equal(10, listener.Requests.Count);
        Assert.Equal(10, listener.Requests.Select(request => Jwt.PayloadOf(TokenOf(request)).GetProperty("sid").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Hundreds_for_one_client_all_arrive_once()
    {
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await StartAsync(LongClaims);
        await AddListenerAsync(provider, listener);
        var now = provider.Clock.GetUtcNow();
        await provider.Get<ILogoutOutbox>().AddAsync([.. Enumerable.Range(0, 300).Select(i => new LogoutNotice(Guid.CreateVersion7(now), "app", $"{i}", $"{i}", now, now, 0))], Ct);
        await Eventually.TrueAsync(() =>
        {
            provider.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(provider.Logged(1821) >= 300);
        });
        await SettledAsync(provider);
        Assert.Equal(300, listener.Requests.Select(request => Jwt.PayloadOf(TokenOf(request)).GetProperty("sid").GetString()).Distinct().Count());
        Assert.Equal(300, listener.Requests.Count);
    }

    [Fact]
    public async Task A_notice_that_is_under_way_is_not_sent_again_when_its_claim_runs_out_here()
    {
        await using var silent = LoopbackServer.Start((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await StartAsync(LongClaims);
        TestClient slow = await AddListenerAsync(provider, silent, "silent"), alive = await AddListenerAsync(provider, listener, "alive");
        await SignOutAsync(provider, slow);
        await Eventually.TrueAsync(() => Task.FromResult(silent.Connections == 1));
        provider.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var told = 1; told <= 3; told++)
        {
            await SignOutAsync(provider, alive);
            await AdvanceUntilAsync(provider, () => listener.Requests.Count >= told);
        }
        Assert.Equal(1, silent.Connections);
    }

    [Fact]
    public async Task A_client_that_was_deleted_or_never_asked_is_not_told()
    {
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await StartAsync();
        TestClient gone = await AddListenerAsync(provider, listener, "gone"), deaf = await provider.AddLogoutClientAsync("deaf");
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var client in (TestClient[])[gone, deaf]) await browser.VisitAsync(client);
        await provider.Get<IClientStore>().TryUpdateAsync(gone.Client with { Enabled = false }, Ct);
        await provider.Get<ClientCache>().RefreshAsync(Ct);
        await browser.GetAsync("/test/sign-out");
        // Claimed until long ago, so that the sender gets it as well.
        await Eventually.TrueAsync(async () => (await provider.Get<ILogoutOutbox>().ClaimAsync(DateTimeOffset.MaxValue, DateTimeOffset.MinValue, 100, Ct)).Count == 0);
        Assert.Empty(listener.Requests);
    }

    [Fact]
    public async Task A_url_that_is_not_public_is_not_called()
    {
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await SessionApp.StartAsync();
        await SignOutAsync(provider, await AddListenerAsync(provider, listener));
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(1822) == 1));
        Assert.Equal(0, listener.Connections);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(5, 160)]
    [InlineData(9, 2560)]
    [InlineData(10, 3600)]
    [InlineData(int.MaxValue, 3600)]
    public void Pauses_double_up_to_an_hour(int attempts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), BackChannelDelivery.PauseAfter(attempts));

    private static void LongClaims(GatehouseOptions options) => options.Fetch.Timeout = TimeSpan.FromSeconds(60);

    private static Task AdvanceUntilAsync(TestProvider provider, Func<bool> condition) => Eventually.TrueAsync(async () =>
    {
        provider.Clock.Advance(TimeSpan.FromSeconds(5));
        await Task.Delay(20, Ct);
        return condition();
    });
}
