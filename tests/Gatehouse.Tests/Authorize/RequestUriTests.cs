using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Authorize;

/// <summary>RFC 9101 §5.2: a request that is fetched from its client, over a real connection.</summary>
public sealed class RequestUriTests : IDisposable
{
    private readonly RequestObjects objects = new();

    /// <summary>The client's own web server: it hands out whatever the test put there, and counts who asked.</summary>
    private sealed class Site(WebApplication app) : IAsyncDisposable
    {
        public string Content { get; set; } = "";

        public int Status { get; set; } = 200;

        public int Asked { get; private set; }

        public string Url => app.Urls.Single() + "/request.jwt";

        public static async Task<Site> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var site = new Site(app);
            app.MapGet("/{**path}", async (HttpContext http) =>
            {
                site.Asked++;
                http.Response.StatusCode = site.Status;
                if (site.Status == 302) http.Response.Headers.Location = site.Url;
                http.Response.ContentType = "application/oauth-authz-req+jwt";
                await http.Response.WriteAsync(site.Content);
            });
            await app.StartAsync();
            return site;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private async Task<(TestProvider, TestClient, Browser)> StartAsync(Site site, bool allowed = true, params string[] more)
    {
        var provider = await Browser.StartAppAsync(options =>
        {
            options.Authorize.AllowRequestUri = allowed;
            options.Fetch.AllowedHosts.Add("127.0.0.1");
        });
        var client = await provider.AddClientAsync(change: client => objects.Register(client) with { RequestUris = [site.Url, .. more] });
        return (provider, client, await Browser.SignedInAsync(provider));
    }

    private static string Url(TestClient client, string uri) => $"/oauth2/authorize?client_id={client.Id}&redirect_uri=https://client.example/cb&request_uri={Uri.EscapeDataString(uri)}";

    [Fact]
    [Trait("SR", "SR-138"), Trait("SR", "SR-133")]
    public async Task A_registered_one_is_fetched_and_is_a_request()
    {
        await using var site = await Site.StartAsync();
        var (provider, client, browser) = await StartAsync(site);
        await using var running = provider;
        site.Content = objects.Sign(RequestObjects.Claims(client)) + "\n";
        Assert.Equal("xyz", (await browser.GetAsync(Url(client, site.Url) + "&state=outside")).Answer["state"]);
        Assert.Equal(1, site.Asked);
        // Once read it is not read again for a user who signs in meanwhile.
        using var late = new Browser(provider);
        var back = (await late.GetAsync(Url(client, site.Url))).ReturnUrl;
        site.Content = "";
        await late.SignInAsync();
        Assert.NotNull((await late.GetAsync(back)).Code);
        Assert.Equal(2, site.Asked);
    }

    [Fact]
    [Trait("SR", "SR-138")]
    public async Task Nothing_is_fetched_unless_the_operator_allows_it_and_the_client_registered_it()
    {
        await using var site = await Site.StartAsync();
        var (provider, client, browser) = await StartAsync(site, allowed: false);
        await using (provider) (await browser.GetAsync(Url(client, site.Url))).IsRedirectedError("request_uri_not_supported", state: null);

        (provider, client, browser) = await StartAsync(site);
        await using var running = provider;
        foreach (var other in (string[])[site.Url + "?x", site.Url + "#x", site.Url.ToUpperInvariant(), "https://evil.example/request.jwt", "file:///etc/passwd", "x", "urn:ietf:params:oauth:request_uri:x"])
            (await browser.GetAsync(Url(client, other))).IsRedirectedError("invalid_request_uri", state: null);
        (await browser.GetAsync(Url(client, site.Url) + "&request=x")).IsRedirectedError("invalid_request", state: null);
        (await browser.GetAsync(Url(client, site.Url) + "&request_uri=" + Uri.EscapeDataString(site.Url))).IsRedirectedError("invalid_request", state: null);
        Assert.Equal(0, site.Asked);
    }

    [Theory]
    [Trait("SR", "SR-138")]
    [InlineData(404, "", "invalid_request_uri")]
    [InlineData(302, "", "invalid_request_uri")]
    [InlineData(200, null, "invalid_request_uri")]
    [InlineData(200, "<html>", "invalid_request_object")]
    [InlineData(200, "é", "invalid_request_object")]
    public async Task What_comes_instead_of_a_request_is_refused(int status, string? content, string error)
    {
        await using var site = await Site.StartAsync();
        var (provider, client, browser) = await StartAsync(site);
        await using var running = provider;
        (site.Status, site.Content) = (status, content ?? new string('a', 40_000));
        (await browser.GetAsync(Url(client, site.Url))).IsRedirectedError(error, state: null);
        Assert.Equal(1, site.Asked);
    }

    [Fact]
    [Trait("SR", "SR-138")]
    public async Task A_private_address_is_not_called()
    {
        await using var site = await Site.StartAsync();
        await using var provider = await Browser.StartAppAsync(options => options.Authorize.AllowRequestUri = true);
        var client = await provider.AddClientAsync(change: client => objects.Register(client) with { RequestUris = [site.Url] });
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.GetAsync(Url(client, site.Url))).IsRedirectedError("invalid_request_uri", state: null);
        Assert.Equal(0, site.Asked);
    }

    [Fact]
    public async Task A_fragment_is_the_hash_of_the_content()
    {
        await using var site = await Site.StartAsync();
        await using var provider = await Browser.StartAppAsync(options =>
        {
            options.Authorize.AllowRequestUri = true;
            options.Fetch.AllowedHosts.Add("127.0.0.1");
        });
        var plain = await provider.AddClientAsync("signer", objects.Register);
        site.Content = objects.Sign(RequestObjects.Claims(plain, ("iss", "app"), ("client_id", "app")));
        var (right, wrong) = (site.Url + "#" + Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(site.Content))), site.Url + "#" + Base64Url.EncodeToString(new byte[32]));
        var client = await provider.AddClientAsync(change: client => objects.Register(client) with { RequestUris = [right, wrong] });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.NotNull((await browser.GetAsync(Url(client, right))).Code);
        (await browser.GetAsync(Url(client, wrong))).IsRedirectedError("invalid_request_uri", state: null);
    }

    public void Dispose() => objects.Dispose();
}
