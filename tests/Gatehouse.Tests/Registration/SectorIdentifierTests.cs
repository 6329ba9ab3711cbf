using Gatehouse.Tests.Fetch;
using static Gatehouse.Tests.Registration.RegistrationEndpointTests;

namespace Gatehouse.Tests.Registration;

/// <summary>A sector is claimed by whoever it names, and fetched by the one client that cannot be led inside.</summary>
[Trait(Rule.Requirement, "SR-151")]
public sealed class SectorIdentifierTests
{
    private const string Json = "200 OK\nContent-Type: application/json";

    [Fact]
    public async Task A_sector_that_lists_all_redirect_URIs_is_taken()
    {
        await using var site = LoopbackServer.Start(Json, """["https://a.example/cb", "https://b.example/cb", "https://c.example/cb"]""");
        await using var provider = await OpenAsync(options =>
        {
            options.Fetch.AllowedHosts.Add("127.0.0.1");
            options.PairwiseSecret = new string('p', 32);
        });

        var answer = await RegisterAsync(provider, Metadata(site));

        Assert.Equal((201, "pairwise", $"http://127.0.0.1:{site.Port}/sector"), (answer.Status, answer.Member("subject_type"), answer.Member("sector_identifier_uri")));
    }

    [Theory]
    [InlineData(Json, """["https://a.example/cb"]""", "does not list all of redirect_uris")]
    [InlineData(Json, """["https://a.example/cb", "https://b.example/CB"]""", "does not list all of redirect_uris")]
    [InlineData(Json, """{ "https://a.example/cb": 1 }""", "must be a JSON array")]
    [InlineData(Json, """["https://a.example/cb", 1]""", "must be a JSON array")]
    [InlineData(Json, "[", "must be a JSON array")]
    [InlineData("404 Not Found", "", "could not be fetched")]
    [InlineData("302 Found\nLocation: https://a.example/", "", "could not be fetched")]
    public async Task Anything_else_is_refused(string head, string body, string expected)
    {
        await using var site = LoopbackServer.Start(head, body);
        await using var provider = await OpenAsync(options =>
        {
            options.Fetch.AllowedHosts.Add("127.0.0.1");
            options.PairwiseSecret = new string('p', 32);
        });

        var answer = await RegisterAsync(provider, Metadata(site));

        answer.IsRefused(400, "invalid_client_metadata");
        Assert.Contains(expected, answer.Member("error_description"), StringComparison.Ordinal);
        Assert.Empty(await ClientsAsync(provider));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-164")]
    public async Task A_sector_inside_is_never_called()
    {
        await using var site = LoopbackServer.Start(Json, "[]");
        await using var provider = await OpenAsync(options => options.PairwiseSecret = new string('p', 32));

        (await RegisterAsync(provider, Metadata(site))).IsRefused(400, "invalid_client_metadata");
        (await RegisterAsync(provider, Metadata(site).Replace("http://127", "https://127", StringComparison.Ordinal))).IsRefused(400, "invalid_client_metadata");

        Assert.Equal(0, site.Connections);
    }

    private static string Metadata(LoopbackServer site) =>
        $$"""{ "redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "subject_type": "pairwise", "sector_identifier_uri": "http://127.0.0.1:{{site.Port}}/sector" }""";
}
