using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Authorize;

/// <summary>OAuth 2.0 Form Post Response Mode: the answer as a form that sends itself.</summary>
public sealed class FormPostTests
{
    private static readonly (string, string?) ByForm = ("response_mode", "form_post");

    [Fact]
    [Trait("SR", "SR-024"), Trait("SR", "SR-075")]
    public async Task The_code_is_posted_to_the_client_and_to_nobody_else()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RedirectUris = ["https://client.example:8443/cb?tenant=a&x=%22"] });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AllowAsync(await browser.AuthorizeAsync(client, ByForm));
        Assert.Equal((200, null), (page.Status, page.Location));
        Assert.Equal("https://client.example:8443/cb?tenant=a&x=%22", page.FormAction);
        Assert.Equal(["code", "state", "iss"], page.HiddenFields.Select(field => field.Key));
        Assert.Equal(("xyz", TestProvider.Issuer), (page.HiddenFields[1].Value, page.HiddenFields[2].Value));
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.Equal(200, (await client.RedeemAsync(page.HiddenFields[0].Value)).Status);
    }

    [Fact]
    public async Task Its_one_word_is_in_the_users_language()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ByForm, ("ui_locales", "de-AT en"));
        Assert.Contains("<html lang=\"de\" dir=\"ltr\">", page.Body, StringComparison.Ordinal);
        Assert.Contains("<button type=\"submit\">Weiter</button>", page.Body, StringComparison.Ordinal);
        Assert.Equal("de", page.Header("Content-Language"));
    }

    [Fact]
    [Trait("SR", "SR-030"), Trait("SR", "SR-031"), Trait("SR", "SR-219")]
    public async Task Its_policy_allows_one_script_and_one_target()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ByForm);
        var script = Regex.Match(page.Body, "<script>(.*?)</script>").Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Equal($"default-src 'none'; script-src 'sha256-{hash}'; form-action https://client.example; frame-ancestors 'none'; base-uri 'none'", page.Header("Content-Security-Policy"));
        Assert.Equal(("DENY", "no-referrer", "nosniff", "text/html; charset=utf-8"), (page.Header("X-Frame-Options"), page.Header("Referrer-Policy"), page.Header("X-Content-Type-Options"), page.Header("Content-Type")));
        // Without script there is the button.
        Assert.Contains("<button type=\"submit\">", page.Body, StringComparison.Ordinal);
        Assert.DoesNotMatch(" (src|href|on[a-z]+)=", page.Body);
    }

    [Theory]
    [Trait("SR", "SR-023"), Trait("SR", "SR-032")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("</form><form action='https://evil.example'>")]
    [InlineData("a&amp;b é世界🦊 '\" + %00")]
    [InlineData(" ")]
    public async Task A_hostile_state_stays_a_value(string state)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ByForm, ("state", state));
        Assert.Equal(state, page.HiddenFields.Single(field => field.Key == "state").Value);
        Assert.Single(Regex.Matches(page.Body, "<script"));
        Assert.Single(Regex.Matches(page.Body, "<form"));
    }

    [Fact]
    [Trait("SR", "SR-010"), Trait("SR", "SR-028")]
    public async Task Errors_go_the_same_way()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        foreach (var (error, change) in new[] { ("login_required", ("prompt", "none")), ("unsupported_response_type", ("response_type", "token")) })
        {
            if (error != "login_required") await browser.SignInAsync();
            var page = await browser.AuthorizeAsync(client, ByForm, change);
            Assert.Equal("https://client.example/cb", page.FormAction);
            Assert.Equal(["error", "error_description", "state", "iss"], page.HiddenFields.Select(field => field.Key));
            Assert.Equal(error, page.HiddenFields[0].Value);
        }
        var denied = await browser.AuthorizeAsync(client, ByForm);
        Assert.Equal("access_denied", (await browser.PostAsync(denied.FormAction, denied.Decide("deny"))).HiddenFields[0].Value);
    }

    [Theory]
    [Trait("SR", "SR-027")]
    [InlineData("query", "form_post", "query")]
    [InlineData("form_post", "query", "form_post")]
    [InlineData("form_post", null, "form_post")]
    public async Task A_client_gets_answers_only_in_the_modes_that_it_registered(string registered, string? wished, string answered)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false, ResponseModes = [registered] });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ("response_mode", wished));
        if (answered == "query") page.IsRedirectedError("invalid_request");
        else Assert.Equal("invalid_request", page.HiddenFields[0].Value);
        Assert.DoesNotContain("gtc_", page.Body + page.Location, StringComparison.Ordinal);
        var right = await browser.AuthorizeAsync(client, ("response_mode", registered));
        Assert.Contains("gtc_", right.Body + right.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fragment")]
    [InlineData("web_message")]
    [InlineData("query.jwt")]
    [InlineData("FORM_POST")]
    public async Task Other_modes_are_refused(string mode)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client, ("response_mode", mode))).IsRedirectedError("invalid_request");
        Assert.Equal("invalid_request", (await browser.GetAsync(Browser.Url(client) + "&response_mode=form_post&response_mode=form_post")).HiddenFields[0].Value);
    }

    [Fact]
    public async Task A_program_behind_a_private_use_scheme_is_sent_no_form()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RedirectUris = ["com.example.reader:/cb"], ApplicationType = "native", TokenEndpointAuthMethod = "none", Secrets = [] });
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client, ByForm)).IsRedirectedError("invalid_request", to: "com.example.reader:/cb");
    }
}
