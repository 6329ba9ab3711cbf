using Gatehouse.Protocol;
using Gatehouse.Registration;
using Gatehouse.Storage;
using static Gatehouse.Tests.Registration.RegistrationEndpointTests;

namespace Gatehouse.Tests.Registration;

[Trait(Rule.Requirement, "SR-150")]
public sealed class InitialAccessTokenTests
{
    private const string Minimal = """{ "redirect_uris": ["https://client.example/cb"] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(options => options.Registration.Enabled = true);

    private static Task<Handle> NewAsync(TestProvider provider, int? uses, TimeSpan? lifetime = null) =>
        InitialAccessToken.NewAsync(provider.Get<IProtocolStore>(), uses, provider.Clock.GetUtcNow(), provider.Clock.GetUtcNow() + lifetime, Ct);

    [Fact]
    public async Task It_is_good_for_as_many_clients_as_it_says()
    {
        await using var provider = await StartAsync();
        var token = await NewAsync(provider, 2);

        Assert.Equal(400, (await RegisterAsync(provider, "{}", token.Reveal())).Status);
        Assert.Equal(201, (await RegisterAsync(provider, Minimal, token.Reveal())).Status);
        Assert.Equal(201, (await RegisterAsync(provider, Minimal, token.Reveal())).Status);
        (await RegisterAsync(provider, Minimal, token.Reveal())).IsRefused(401, "invalid_token");

        Assert.Equal(2, (await ClientsAsync(provider)).Count);
        Assert.All(await ClientsAsync(provider), client => Assert.Equal($"initial access token {token.Id}", client.Registration!.RegisteredBy));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task However_many_use_it_at_once_no_client_is_one_too_many(int uses)
    {
        await using var provider = await StartAsync();
        var token = (await NewAsync(provider, uses)).Reveal();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => RegisterAsync(provider, Minimal, token), Ct)));

        Assert.Equal((uses, uses), (answers.Count(answer => answer.Status == 201), (await ClientsAsync(provider)).Count));
        Assert.Equal(12 - uses, answers.Count(answer => answer.Status == 401));
    }

    [Fact]
    public async Task It_expires_and_can_be_revoked()
    {
        await using var provider = await StartAsync();
        var (late, revoked) = (await NewAsync(provider, null, TimeSpan.FromSeconds(10)), await NewAsync(provider, null));
        Assert.Equal(201, (await RegisterAsync(provider, Minimal, late.Reveal())).Status);
        Assert.Equal(201, (await RegisterAsync(provider, Minimal, revoked.Reveal())).Status);

        provider.Clock.Advance(TimeSpan.FromSeconds(10));
        var store = provider.Get<IProtocolStore>();
        await store.RevokeFamilyAsync((await store.FindAsync(revoked.Id, Ct))!.FamilyId, provider.Clock.GetUtcNow(), Ct);

        (await RegisterAsync(provider, Minimal, late.Reveal())).IsRefused(401, "invalid_token");
        (await RegisterAsync(provider, Minimal, revoked.Reveal())).IsRefused(401, "invalid_token");
    }

    [Fact]
    public async Task One_of_the_configuration_has_no_end_and_no_quota()
    {
        var token = new string('t', 32);
        await using var provider = await TestProvider.StartAsync(options =>
        {
            options.Registration.Enabled = true;
            options.Registration.MaxPerAddressAndHour = 1;
            options.Registration.InitialAccessTokens.Add(token);
        });

        for (var i = 0; i < 3; i++) Assert.Equal(201, (await RegisterAsync(provider, Minimal, token)).Status);
        (await RegisterAsync(provider, Minimal, token + "t")).IsRefused(401, "invalid_token");
        (await RegisterAsync(provider, Minimal, token + "u")).IsRefused(429, "temporarily_unavailable");
    }

    [Fact]
    public async Task A_token_of_another_kind_is_none()
    {
        await using var provider = await StartAsync();
        var app = await provider.AddClientAsync();

        (await RegisterAsync(provider, Minimal, (await app.PasswordAsync()).AccessToken)).IsRefused(401, "invalid_token");
    }
}
