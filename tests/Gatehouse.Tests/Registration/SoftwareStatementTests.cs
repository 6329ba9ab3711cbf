using System.Security.Cryptography;
using Gatehouse.Registration;
using Gatehouse.Tests.Fetch;
using static Gatehouse.Tests.Registration.RegistrationEndpointTests;

namespace Gatehouse.Tests.Registration;

[Trait(Rule.Requirement, "SR-155")]
public sealed class SoftwareStatementTests : IAsyncLifetime
{
    private const string Authority = "https://authority.example";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private LoopbackServer site = null!;
    private TestProvider provider = null!;

    public async ValueTask InitializeAsync()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        site = LoopbackServer.Start("200 OK\nContent-Type: application/json", $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"{{Jwt.Encode(point.X!)}}","y":"{{Jwt.Encode(point.Y!)}}"}]}""");
        provider = await OpenAsync(options =>
        {
            options.Fetch.AllowedHosts.Add("127.0.0.1");
            options.Registration.SoftwareStatementIssuers.Add(new SoftwareStatementIssuer { Issuer = Authority, JwksUri = $"http://127.0.0.1:{site.Port}/jwks" });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        await site.DisposeAsync();
        key.Dispose();
    }

    [Fact]
    public async Task What_an_authority_says_is_worth_more_than_what_the_client_says()
    {
        var statement = Sign($$"""{"iss":"{{Authority}}","software_id":"4","client_name":"True","redirect_uris":["https://true.example/cb"],"require_consent":false}""");

        var answer = await RegisterAsync(provider, $$"""{ "software_statement": "{{statement}}", "client_name": "False", "redirect_uris": ["https://false.example/cb"], "scope": "openid" }""");

        Assert.Equal((201, "True", "4", statement, "openid"), (answer.Status, answer.Member("client_name"), answer.Member("software_id"), answer.Member("software_statement"), answer.Member("scope")));
        Assert.DoesNotContain("iss", answer.Members);
        var client = Assert.Single(await ClientsAsync(provider));
        Assert.Equal(["https://true.example/cb"], client.RedirectUris);
        Assert.True(client.RequireConsent);
    }

    [Theory]
    [InlineData("unapproved_software_statement", """{"iss":"https://other.example"}""", "ES256")]
    [InlineData("unapproved_software_statement", """{}""", "ES256")]
    [InlineData("invalid_software_statement", """{"iss":"\ud800"}""", "ES256")]
    [InlineData("invalid_software_statement", """{"iss":"https://authority.example","exp":1}""", "ES256")]
    [InlineData("invalid_software_statement", """{"iss":"https://authority.example","nbf":9999999999}""", "ES256")]
    [InlineData("invalid_software_statement", """{"iss":"https://authority.example"}""", "none")]
    [InlineData("invalid_software_statement", """{"iss":"https://authority.example"}""", "HS256")]
    [InlineData("invalid_software_statement", """{"iss":"https://authority.example"}""", "RS256")]
    public async Task What_is_not_said_by_a_known_authority_is_not_believed(string error, string claims, string algorithm)
    {
        var answer = await RegisterAsync(provider, $$"""{ "software_statement": "{{Sign(claims, algorithm)}}", "redirect_uris": ["https://client.example/cb"] }""");

        answer.IsRefused(400, error);
        Assert.Empty(await ClientsAsync(provider));
    }

    [Fact]
    public async Task A_statement_that_was_altered_is_not_believed()
    {
        var parts = Sign($$"""{"iss":"{{Authority}}"}""").Split('.');
        var altered = $"{parts[0]}.{Jwt.Encode("""{"iss":"https://authority.example","software_id":"5"}"""u8.ToArray())}.{parts[2]}";

        (await RegisterAsync(provider, $$"""{ "software_statement": "{{altered}}", "redirect_uris": ["https://client.example/cb"] }""")).IsRefused(400, "invalid_software_statement");
    }

    private string Sign(string claims, string algorithm = "ES256") => Jwt.Make($$"""{"alg":"{{algorithm}}","kid":"k"}""", claims, data => key.SignData(data, HashAlgorithmName.SHA256));
}
