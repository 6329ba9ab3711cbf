using System.Text.Json.Nodes;
using Gatehouse.Clients;

namespace Gatehouse.Tests.Authorize;

/// <summary>RFC 9101: a request that its client signed, by value.</summary>
public sealed class RequestObjectTests : IDisposable
{
    private readonly RequestObjects objects = new();

    private async Task<(TestProvider, TestClient, Browser)> StartAsync(Func<Client, Client>? change = null, Action<GatehouseOptions>? configure = null)
    {
        var provider = await Browser.StartAppAsync(configure);
        var client = await provider.AddClientAsync(change: client => change is null ? objects.Register(client) : change(objects.Register(client)));
        return (provider, client, await Browser.SignedInAsync(provider));
    }

    private static string Url(TestClient client, string request, string more = "") => $"/oauth2/authorize?client_id={client.Id}&request={request}{more}";

    [Theory]
    [Trait("SR", "SR-136")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    public async Task A_signed_request_is_a_request(string alg)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var answer = await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("state", "inside")), alg)));
        Assert.Equal("inside", answer.Answer["state"]);
        Assert.Equal(200, (await client.RedeemAsync(answer.Code)).Status);
    }

    [Fact]
    [Trait("SR", "SR-133")]
    public async Task What_stands_outside_does_not_count()
    {
        var (provider, client, browser) = await StartAsync(client => client with { RedirectUris = ["https://client.example/cb", "https://client.example/other"] });
        await using var running = provider;
        var request = objects.Sign(RequestObjects.Claims(client));
        var answer = await browser.GetAsync(Url(client, request,
            "&redirect_uri=https://evil.example&state=outside&scope=notes.write&response_type=token&response_mode=form_post&prompt=login&code_challenge=x&nonce=outside&resource=x&claims=%7B"));
        Assert.StartsWith("https://client.example/cb?code=", answer.Location, StringComparison.Ordinal);
        Assert.Equal("xyz", answer.Answer["state"]);
        Assert.Equal("notes.read", (await client.RedeemAsync(answer.Code)).Member("scope"));
        // Nor does what is missing inside come from outside.
        Assert.DoesNotContain("state", (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("state", null))), "&state=outside"))).Answer.Keys);
        // The client alone must be named there too, and be the same.
        (await browser.GetAsync("/oauth2/authorize?request=" + request)).IsErrorPage();
        var other = await provider.AddClientAsync("other", client => objects.Register(client));
        (await browser.GetAsync(Url(other, request))).IsRedirectedError("invalid_request_object", state: null);
    }

    [Fact]
    public async Task Numbers_objects_and_lists_are_what_they_would_be_outside()
    {
        var (provider, client, browser) = await StartAsync(configure: options => options.Resources.Add(new() { Identifier = "https://one.example" }));
        await using var running = provider;
        var claims = RequestObjects.Claims(client, ("max_age", 100000), ("claims", new JsonObject { ["userinfo"] = new JsonObject { ["email"] = null } }), ("resource", new JsonArray("https://one.example", TestProvider.Issuer)), ("nonce", "n"), ("unknown", true), ("empty", ""), ("nothing", null));
        var code = (await browser.GetAsync(Url(client, objects.Sign(claims)))).Code;
        Assert.Equal(200, (await client.RedeemAsync(code, ("resource", "https://one.example"))).Status);
        (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("max_age", -1)))))).IsRedirectedError("invalid_request");
        (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("scope", new JsonArray("notes.read"))))))).IsRedirectedError("invalid_scope");
    }

    [Fact]
    [Trait("SR", "SR-033")]
    public async Task It_outlives_the_sign_in_sealed_and_cannot_be_changed_there()
    {
        var (provider, client, _) = await StartAsync();
        await using var running = provider;
        using var browser = new Browser(provider);
        var back = (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("prompt", "login"), ("exp", provider.Clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds())))))).ReturnUrl;
        Assert.DoesNotContain("xyz", back, StringComparison.Ordinal);
        Assert.DoesNotContain("scope", back, StringComparison.Ordinal);
        provider.Clock.Advance(TimeSpan.FromMinutes(10));
        await browser.SignInAsync();
        var answer = await browser.GetAsync(back + "&state=other&scope=notes.write");
        Assert.Equal("xyz", answer.Answer["state"]);
        Assert.Equal("notes.read", (await client.RedeemAsync(answer.Code)).Member("scope"));
        // Altered, for another client, or an hour later, it is nothing.
        var other = await provider.AddClientAsync("other");
        foreach (var bad in (string[])[back.Replace("gatehouse_request=", "gatehouse_request=A", StringComparison.Ordinal), back.Replace("client_id=app", "client_id=other", StringComparison.Ordinal)])
            Assert.Equal("invalid_request", (await browser.GetAsync(bad)).Error);
        Assert.NotNull(other);
        provider.Clock.Advance(TimeSpan.FromHours(1));
        (await browser.GetAsync(back)).IsRedirectedError("invalid_request", state: null);
    }

    [Fact]
    [Trait("SR", "SR-033")]
    public async Task The_consent_page_keeps_what_was_signed()
    {
        var (provider, client, browser) = await StartAsync(client => client with { RequireConsent = true });
        await using var running = provider;
        var page = await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client)), "&scope=notes.write"));
        Assert.Contains("notes.read", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.write", page.Text, StringComparison.Ordinal);
        // Late: the page is shown again, the request still sealed.
        provider.Clock.Advance(TimeSpan.FromMinutes(11));
        var again = await browser.PostAsync(page.FormAction, page.Decide("allow"));
        Assert.Contains("gatehouse_request=", again.Location, StringComparison.Ordinal);
        Assert.Equal("xyz", (await browser.AllowAsync(await browser.GetAsync(again.Location!))).Answer["state"]);
    }

    public static TheoryData<string, string, string> Wrong { get; } = new()
    {
        { "client_id", "\"other\"", "client_id" },
        { "client_id", "1", "client_id" },
        { "iss", "\"other\"", "iss" },
        { "aud", "null", "aud" },
        { "aud", "\"https://other.example\"", "aud" },
        { "aud", "[\"https://other.example\"]", "aud" },
        { "aud", "\"https://app.example/\"", "aud" },
        { "sub", "\"app\"", "sub" },
        { "exp", "1", "expired" },
        { "exp", "\"soon\"", "exp" },
        { "exp", "1e99", "exp" },
        { "exp", "4102444800", "60 minutes" },
        { "nbf", "4102444800", "not valid yet" },
        { "request", "\"e30.e30.\"", "request" },
        { "request_uri", "\"https://client.example/r\"", "request_uri" },
    };

    [Theory]
    [Trait("SR", "SR-137"), Trait("SR", "SR-131")]
    [MemberData(nameof(Wrong))]
    public async Task A_request_object_for_somebody_else_or_another_time_is_refused(string name, string value, string says)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var claims = RequestObjects.Claims(client, (name, JsonNode.Parse(value)));
        var answer = await browser.GetAsync(Url(client, objects.Sign(claims), "&redirect_uri=https://client.example/cb&state=xyz"));
        answer.IsRedirectedError("invalid_request_object");
        Assert.Contains(says, answer.Answer["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-137")]
    public async Task It_says_whose_it_is_and_may_be_pre_signed()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        foreach (var left in (string[])["client_id", "iss", "exp"])
            Assert.NotNull((await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, (left, null)))))).Code);
        (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("client_id", null), ("iss", null)))))).IsRedirectedError("invalid_request_object", state: null);
        Assert.NotNull((await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("aud", new JsonArray("https://other.example", TestProvider.Issuer))))))).Code);
        // A clock 60 s off is nobody's fault.
        var now = provider.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.NotNull((await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("nbf", now + 60), ("exp", now - 59)))))).Code);
    }

    public static TheoryData<string, string> Headers { get; } = new()
    {
        { "HS256", """{"alg":"HS256","kid":"rsa"}""" },
        { "ES256", """{"alg":"RS256","kid":"ec"}""" },
        { "ES256", """{"alg":"none","kid":"ec"}""" },
        { "ES256", """{"alg":"es256","kid":"ec"}""" },
        { "ES256", """{"alg":"ES384","kid":"ec"}""" },
        { "ES256", """{"alg":"ES256","kid":"unknown"}""" },
        { "RS256", """{"alg":"PS256","kid":"rsa"}""" },
        { "ES256", """{"alg":"ES256","kid":"rsa"}""" },
        { "ES256", """{"kid":"ec"}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","crit":["exp"],"exp":1}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","crit":[]}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","typ":"at+jwt"}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","typ":"logout+jwt"}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","typ":1}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","alg":"ES256"}""" },
        { "ES256", """["ES256"]""" },
        { "ES256", """{"alg":"ES256","kid":"ec","x":"\ud800"}""" },
        { "ES256", """{"alg":"ES256","kid":"ec","\ud800":1,"\ud800":2}""" },
        { "ES256", "{" },
        { "ES256", "" },
    };

    [Theory]
    [Trait("SR", "SR-072"), Trait("SR", "SR-074"), Trait("SR", "SR-136")]
    [MemberData(nameof(Headers))]
    public async Task A_header_that_says_anything_else_is_refused(string signedWith, string header)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var answer = await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client), signedWith, header)));
        answer.IsRedirectedError(header.Contains("none", StringComparison.Ordinal) ? "request_not_supported" : "invalid_request_object", state: null);
    }

    [Theory]
    [Trait("SR", "SR-073")]
    [InlineData("""{"alg":"ES256","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","kid":"ec","jku":"https://evil.example/keys","x5u":"https://evil.example/x","x5c":["AA"],"jwk":{"kty":"oct","k":"AA"}}""")]
    public async Task What_a_header_says_about_keys_is_not_read(string header)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        Assert.NotNull((await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client), header: header)))).Code);
        using var strangers = new RequestObjects();
        (await browser.GetAsync(Url(client, strangers.Sign(RequestObjects.Claims(client), header: header)))).IsRedirectedError("invalid_request_object", state: null);
    }

    public static TheoryData<string> Payloads { get; } = new(
        "", "{", "[]", "null", "\"x\"", """{"client_id":"app","client_id":"app"}""", """{"state":"\ud800"}""", """{"\udfff":"x"}""", """{"state":"\u0000"}""", """{"claims":{"a":{"a":1,"a":2}}}""",
        string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200), new string('[', 100_000),
        "{" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"p{i}\":1")) + "}");

    [Theory]
    [Trait("SR", "SR-032"), Trait("SR", "SR-225")]
    [MemberData(nameof(Payloads))]
    public async Task A_payload_that_is_no_request_is_refused(string payload)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var form = new Dictionary<string, string> { ["client_id"] = client.Id, ["request"] = objects.Sign(payload), ["redirect_uri"] = "https://client.example/cb" };
        var answer = await browser.PostAsync("/oauth2/authorize", form);
        // A body of more than 64 KiB is refused before anybody looks who it is for.
        if (payload.Length > 65_000) answer.IsErrorPage();
        else answer.IsRedirectedError("invalid_request_object", state: null);
    }

    [Theory]
    [Trait("SR", "SR-136"), Trait("SR", "SR-246")]
    [InlineData("x")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("e30.e30.%20")]
    [InlineData("e30=.e30.")]
    [InlineData("..")]
    [InlineData("....")]
    public async Task What_is_no_signed_token_is_refused(string request)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        (await browser.GetAsync(Url(client, request))).IsRedirectedError("invalid_request_object", state: null);
    }

    [Fact]
    [Trait("SR", "SR-136")]
    public async Task Every_changed_character_breaks_it()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var signed = objects.Sign(RequestObjects.Claims(client));
        foreach (var at in (int[])[0, 10, signed.IndexOf('.') + 5, signed.LastIndexOf('.') - 3, signed.LastIndexOf('.') + 1, signed.Length - 20])
        {
            var changed = signed[..at] + (signed[at] == 'A' ? 'B' : 'A') + signed[(at + 1)..];
            Assert.StartsWith("invalid_request", (await browser.GetAsync(Url(client, changed))).Error, StringComparison.Ordinal);
        }
        // Spellings of the same bytes are other texts.
        Assert.Equal("invalid_request_object", (await browser.GetAsync(Url(client, signed + "%3D"))).Error);
    }

    [Theory]
    [Trait("SR", "SR-136")]
    [InlineData("ES256", "ES256", true)]
    [InlineData("RS256", "RS256", true)]
    [InlineData("RS256", "ES256", false)]
    [InlineData("RS256", "PS256", false)]
    [InlineData("none", "ES256", false)]
    public async Task A_client_is_held_to_the_algorithm_that_it_registered(string registered, string used, bool accepted)
    {
        var (provider, client, browser) = await StartAsync(client => client with { RequestObjectSigningAlg = registered });
        await using var running = provider;
        var answer = await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client), used)));
        if (accepted) Assert.NotNull(answer.Code);
        else answer.IsRedirectedError("invalid_request_object", state: null);
    }

    [Theory]
    [Trait("SR", "SR-136")]
    [InlineData(false, null, "request_not_supported")]
    [InlineData(false, "none", "request_not_supported")]
    [InlineData(true, null, null)]
    [InlineData(true, "none", null)]
    [InlineData(true, "ES256", "invalid_request_object")]
    public async Task An_unsigned_one_needs_the_operator_and_a_client_that_registered_no_algorithm(bool allowed, string? registered, string? error)
    {
        var (provider, client, browser) = await StartAsync(client => client with { RequestObjectSigningAlg = registered }, options => options.Authorize.AllowUnsignedRequestObjects = allowed);
        await using var running = provider;
        var answer = await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("iss", null), ("aud", null), ("exp", null)), "none")));
        if (error is null) Assert.NotNull(answer.Code);
        else answer.IsRedirectedError(error, state: null);
        // A signature under the name of none is neither.
        Assert.NotNull((await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client), "none") + "AAAA"))).Error);
    }

    [Fact]
    [Trait("SR", "SR-007"), Trait("SR", "SR-010")]
    public async Task An_error_goes_only_where_a_plain_request_could_send_it_and_after_a_sign_in()
    {
        var (provider, client, browser) = await StartAsync(client => client with { RedirectUris = ["https://client.example/cb", "https://client.example/other"] });
        await using var running = provider;
        using var strangers = new RequestObjects();
        var bad = strangers.Sign(RequestObjects.Claims(client));
        (await browser.GetAsync(Url(client, bad))).IsErrorPage();
        (await browser.GetAsync(Url(client, bad, "&redirect_uri=https://evil.example"))).IsErrorPage();
        (await browser.GetAsync(Url(client, bad, "&redirect_uri=https://client.example/other&state=s"))).IsRedirectedError("invalid_request_object", to: "https://client.example/other", state: "s");
        (await browser.GetAsync(Url(client, objects.Sign(RequestObjects.Claims(client, ("redirect_uri", "https://evil.example"))), "&redirect_uri=https://client.example/cb"))).IsErrorPage();
        using var stranger = new Browser(provider);
        Assert.NotNull((await stranger.GetAsync(Url(client, bad, "&redirect_uri=https://client.example/cb"))).ReturnUrl);
    }

    [Fact]
    [Trait("SR", "SR-226")]
    public async Task No_request_object_is_logged()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var request = objects.Sign(RequestObjects.Claims(client));
        await browser.GetAsync(Url(client, request));
        await browser.GetAsync(Url(client, request + "x"));
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal) && line.ToString().Contains(request.Split('.')[2], StringComparison.Ordinal));
    }

    public void Dispose() => objects.Dispose();
}
