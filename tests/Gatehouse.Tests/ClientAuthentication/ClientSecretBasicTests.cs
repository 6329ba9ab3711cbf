using System.Text;
using Gatehouse.Clients;

namespace Gatehouse.Tests.ClientAuthentication;

/// <summary>RFC 6749 §2.3.1: the header, in every spelling that a client or an attacker sends.</summary>
public sealed class ClientSecretBasicTests
{
    [Theory]
    [Trait("SR", "SR-094")]
    [InlineData("app", "secret")]
    [InlineData("colon:id", "se:cr:et")]
    [InlineData("ümlaut id", "p€ss 𝄞 word")]
    [InlineData("a+b", "100%&=+/?")]
    public async Task Both_halves_are_form_decoded(string id, string secret)
    {
        await using var provider = await TestProvider.StartAsync();
        await provider.AddClientAsync(id, client => client with { Secrets = [SecretOf(secret)] });

        Assert.Equal(200, await StatusOfAsync(provider, TestClient.BasicOf(id, secret)));
        Assert.Equal(401, await StatusOfAsync(provider, TestClient.BasicOf(id, secret + " ")));
    }

    [Fact]
    [Trait("SR", "SR-094")]
    public async Task The_first_colon_ends_the_id_and_the_scheme_has_no_case()
    {
        await using var provider = await TestProvider.StartAsync();
        await provider.AddClientAsync("app", client => client with { Secrets = [SecretOf("se:cr:et")] });

        Assert.Equal(200, await StatusOfAsync(provider, "bASIC   " + Base64("app:se:cr:et")));
        Assert.Equal(401, await StatusOfAsync(provider, "Basic " + Base64("app:se")));
    }

    public static TheoryData<string> Malformed =>
    [
        "Basic", "Basic ", "Basic !!!!", "Basic YXBw", "Basic " + Base64("no colon at all"), "Basic " + Base64(":secret"), "Basic " + Base64(""),
        "Basic " + Base64("app:%zz"), "Basic " + Base64("app:%f"), "Basic " + Base64("ap%00p:secret"), "Basic " + Convert.ToBase64String([.. "app:"u8, 0xFF, 0xFE]),
        "Basic " + Base64("app:%ff%fe"), "Basic " + Base64("app:a\0b"), "Basic " + Base64("app:" + new string('x', 9000)), "Basic " + new string('A', 15_000), "Basic YXBwOnNlY3JldA",
    ];

    [Theory, MemberData(nameof(Malformed))]
    [Trait("SR", "SR-094")]
    [Trait("SR", "SR-092")]
    public async Task A_malformed_header_is_401_with_a_challenge(string header)
    {
        await using var provider = await TestProvider.StartAsync();
        await provider.AddClientAsync("app", client => client with { Secrets = [SecretOf("secret")] });

        await IsChallengedAsync(provider, header);
        Assert.Equal(200, await StatusOfAsync(provider, TestClient.BasicOf("app", "secret")));
    }

    [Theory, InlineData("Bearer gta_whatever"), InlineData("Digest username=\"app\""), InlineData("Basics YXBwOnNlY3JldA=="), InlineData("YXBwOnNlY3JldA==")]
    [Trait("SR", "SR-092")]
    public async Task Any_other_scheme_does_not_authenticate(string header)
    {
        await using var provider = await TestProvider.StartAsync();
        await provider.AddClientAsync("app", client => client with { Secrets = [SecretOf("secret")] });
        await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });

        await IsChallengedAsync(provider, header);
        await IsChallengedAsync(provider, header, ("client_id", "spa"));
    }

    [Fact]
    public async Task Two_headers_are_no_credentials()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token") { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
        request.Headers.TryAddWithoutValidation("Authorization", [client.Basic, client.Basic]);

        (await Answer.OfAsync(await provider.Http.SendAsync(request, TestContext.Current.CancellationToken))).IsRefused(400, "invalid_request");
    }

    private static async Task IsChallengedAsync(TestProvider provider, string header, params (string, string)[] more)
    {
        var answer = await Answer.OfAsync(await provider.PostAsync("/oauth2/token", header, [("grant_type", "client_credentials"), .. more]));

        answer.IsRefused(401, "invalid_client");
        Assert.Equal("Basic realm=\"gatehouse\", charset=\"UTF-8\"", answer.Headers.WwwAuthenticate.ToString());
    }

    private static async Task<int> StatusOfAsync(TestProvider provider, string header) =>
        (int)(await provider.PostAsync("/oauth2/token", header, ("grant_type", "client_credentials"))).StatusCode;

    private static ClientSecret SecretOf(string secret) => new("1", ClientSecret.Sha256, ClientSecret.HashOf(secret), default, null);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
