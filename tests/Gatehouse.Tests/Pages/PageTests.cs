using Gatehouse.Pages;
using Gatehouse.Tests.Authorize;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Gatehouse.Tests.Pages;

public sealed class PageTests
{
    [Fact]
    [Trait("SR", "SR-030"), Trait("SR", "SR-031"), Trait("SR", "SR-219")]
    public async Task Pages_load_nothing_from_elsewhere_cannot_be_framed_and_say_nothing_to_the_next_site()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        var error = await browser.AuthorizeAsync(client, ("client_id", "nobody"));
        foreach (var page in (Page[])[consent, error])
        {
            var nonce = System.Net.WebUtility.HtmlDecode(page.Body.Split("<style nonce=\"")[1].Split('"')[0]);
            var form = page.IsConsent ? " https://client.example" : "";
            Assert.Equal($"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'{form}; frame-ancestors 'none'; base-uri 'none'", page.Header("Content-Security-Policy"));
            Assert.Equal("DENY", page.Header("X-Frame-Options"));
            Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
            Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
            Assert.Equal("no-store", page.Header("Cache-Control"));
            Assert.Equal("same-origin", page.Header("Cross-Origin-Opener-Policy"));
            Assert.Equal("max-age=31536000", page.Header("Strict-Transport-Security"));
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("src=", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("href=", page.Body, StringComparison.OrdinalIgnoreCase);
        }
        Assert.NotEqual(consent.Header("Content-Security-Policy"), (await browser.AuthorizeAsync(client)).Header("Content-Security-Policy"));
        Assert.Equal("no-referrer", (await browser.AllowAsync(consent)).Header("Referrer-Policy"));
    }

    [Theory]
    [Trait("SR", "SR-219")]
    [InlineData("https://app.example", true)]
    [InlineData("http://app.example", false)]
    [InlineData("https://localhost:5001", false)]
    [InlineData("https://127.0.0.1", false)]
    [InlineData("https://[::1]:5001", false)]
    public async Task Browsers_are_told_to_stay_with_https_but_not_on_this_machine(string url, bool told)
    {
        await using var provider = await Browser.StartAppAsync(options => options.RequireHttps = false);
        using var http = provider.NewBrowser();
        var page = await http.GetAsync(url + "/oauth2/authorize", TestContext.Current.CancellationToken);
        Assert.Equal(told, page.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal(400, (int)page.StatusCode);
    }

    [Fact]
    public async Task The_app_names_itself_and_brings_its_own_stylesheet()
    {
        await using var provider = await Browser.StartAppAsync(options => (options.Pages.ApplicationName, options.Pages.Stylesheet) = ("Notes & More", "/css/gatehouse.css"));
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client);
        Assert.Contains("Notes & More", page.Text, StringComparison.Ordinal);
        Assert.Matches("<link rel=\"stylesheet\" href=\"/css/gatehouse.css\" ?/?>", page.Body);
        Assert.Contains("' 'self'; img-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_app_replaces_each_page_by_a_component_of_its_own()
    {
        await using var provider = await Browser.StartAppAsync(options => (options.Pages.Consent, options.Pages.Error) = (typeof(OwnConsent), typeof(OwnError)));
        var client = await provider.AddClientAsync(change: client => client with { Name = "<Reader>" });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client);
        Assert.StartsWith("<h1>Our page for &lt;Reader&gt;</h1>", page.Body, StringComparison.Ordinal);
        Assert.NotNull((await browser.AllowAsync(page)).Code);

        var error = await browser.AuthorizeAsync(client, ("client_id", null));
        error.IsErrorPage();
        Assert.Equal("<p>invalid_request</p>", error.Body);
    }

    [Fact]
    public async Task A_long_name_of_a_lifetime_is_a_short_one()
    {
        await using var provider = await Browser.StartAppAsync(options => options.AccessTokenLifetime = TimeSpan.FromMinutes(45));
        var client = await provider.AddClientAsync(change: client => client with { GrantTypes = ["authorization_code"] });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Contains("up to 45 minutes", (await browser.AuthorizeAsync(client)).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-171"), Trait("SR", "SR-216")]
    public async Task A_clients_own_pages_are_linked_with_their_hosts_and_its_logo_is_not_loaded()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with
        {
            ClientUri = "https://reader.example/",
            PolicyUri = "https://xn--80ak6aa92e.example/privacy?a=1&b=2",
            TosUri = "javascript:alert(1)",
            LogoUri = "https://reader.example/logo.png",
        });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client);
        Assert.Contains("<a href=\"https://reader.example/\" rel=\"noreferrer noopener nofollow\" target=\"_blank\">", page.Body, StringComparison.Ordinal);
        Assert.Contains("Website (reader.example)", page.Text, StringComparison.Ordinal);
        Assert.Contains("Privacy policy (xn--80ak6aa92e.example)", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("logo.png", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("img-src", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_registered_its_name_in_several_languages_is_called_by_the_users()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with
        {
            Name = "Reader",
            Other = new Dictionary<string, System.Text.Json.JsonElement> { ["client_name#de"] = System.Text.Json.JsonDocument.Parse("\"Leser\"").RootElement },
        });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Contains("Darf Leser ", (await browser.AuthorizeAsync(client, ("ui_locales", "de-AT"))).Text, StringComparison.Ordinal);
        Assert.Contains("Autoriser Reader ", (await browser.AuthorizeAsync(client, ("ui_locales", "fr"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/a.css")]
    [InlineData("//evil.example/a.css")]
    public async Task A_stylesheet_from_elsewhere_stops_the_app(string stylesheet)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.Stylesheet = stylesheet));
        Assert.Contains("Gatehouse:Pages:Stylesheet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_no_component_stops_the_app()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.Error = typeof(string)));
        Assert.Contains("Gatehouse:Pages:Error", error.Message, StringComparison.Ordinal);
    }

    private sealed class OwnConsent : ComponentBase
    {
        [Parameter] public ConsentModel Model { get; set; } = default!;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "h1");
            builder.AddContent(1, $"Our page for {Model.ClientName}");
            builder.CloseElement();
            builder.OpenElement(2, "form");
            builder.AddAttribute(3, "method", "post");
            builder.AddAttribute(4, "action", Model.FormAction);
            foreach (var (name, value) in Model.HiddenFields)
            {
                builder.OpenElement(5, "input");
                builder.AddAttribute(6, "type", "hidden");
                builder.AddAttribute(7, "name", name);
                builder.AddAttribute(8, "value", value);
                builder.CloseElement();
            }
            builder.OpenElement(9, "button");
            builder.AddAttribute(10, "name", "decision");
            builder.AddAttribute(11, "value", "allow");
            builder.CloseElement();
            builder.CloseElement();
        }
    }

    private sealed class OwnError : ComponentBase
    {
        [Parameter] public ErrorModel Model { get; set; } = default!;

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"<p>{Model.Code}</p>");
    }
}
