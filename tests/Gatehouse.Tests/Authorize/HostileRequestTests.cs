using CsCheck;

namespace Gatehouse.Tests.Authorize;

public sealed class HostileRequestTests
{
    private static readonly string[] Names =
    [
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "nonce", "resource", "prompt", "response_mode", "request_uri", "gatehouse_login", "x",
        "max_age", "login_hint", "display", "ui_locales", "claims_locales", "acr_values", "claims", "id_token_hint", "registration", "request",
    ];

    private static readonly Gen<string> Raw = Gen.OneOf(
        Gen.Const("code"), Gen.Const("app"), Gen.Const("https%3A%2F%2Fclient.example%2Fcb"), Gen.Const("notes.read"), Gen.Const("S256"), Gen.Const("none"), Gen.Const("login"), Gen.Const("form_post"), Gen.Const("0"),
        Gen.Byte.Array[0, 12].Select(bytes => string.Concat(bytes.Select(b => $"%{b:X2}"))), Gen.String[Gen.Char[' ', '~'], 0, 12].Select(text => text.Replace("#", "", StringComparison.Ordinal)));

    [Fact]
    [Trait("SR", "SR-032"), Trait("SR", "SR-225")]
    public async Task No_query_gets_more_than_a_login_a_consent_page_a_redirect_to_the_client_or_an_error_page()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var usual = Browser.Parameters(client).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}").ToArray();
        var mutations = Gen.Select(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), Raw, (name, value) => (name, value)).Array[1, 3];
        await mutations.SampleAsync(async changes =>
        {
            var query = string.Join('&', usual.Where(pair => changes.All(change => !pair.StartsWith(change.name + "=", StringComparison.Ordinal))).Concat(changes.Select(change => change.name + "=" + change.value)));
            var page = await browser.GetRawAsync("/oauth2/authorize", query);
            if (page.Status == 400) page.IsErrorPage();
            else if (page.Status == 303) Assert.StartsWith("https://client.example/cb?", page.Location, StringComparison.Ordinal);
            else if (page.Status == 200) Assert.True(page.IsConsent || page.FormAction == "https://client.example/cb");
            else Assert.Equal((302, Browser.LoginPath), (page.Status, new Uri(page.Location!).AbsolutePath));
        }, iter: 500, threads: 1);
    }
}
