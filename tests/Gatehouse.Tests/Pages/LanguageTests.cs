using Gatehouse.Pages;
using Gatehouse.Pages.Texts;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Pages;

public sealed class LanguageTests
{
    [Theory]
    [InlineData(null, null, "en")]
    [InlineData("de", null, "de")]
    [InlineData("de-AT", null, "de")]
    [InlineData("DE-at", null, "de")]
    [InlineData("fr-CA fr en", "es", "fr")]
    [InlineData("nl pt es", "de", "es")]
    [InlineData("nl", "de-CH;q=0.8, fr;q=0.9", "fr")]
    [InlineData(null, "nl, de;q=0, fr;q=0.1", "fr")]
    [InlineData(null, "nl, *", "en")]
    [InlineData(null, "de;q=0.5, es;q=0.5", "de")]
    [InlineData("zh", null, "zh-Hans")]
    [InlineData("zh-CN", null, "zh-Hans")]
    [InlineData(null, "zh-SG,zh;q=0.9", "zh-Hans")]
    [InlineData("zh-Hans-CN", null, "zh-Hans")]
    [InlineData("zh-TW", "de", "de")]
    [InlineData("zh-Hant-HK", null, "en")]
    [InlineData("de-1996-x-private", null, "de")]
    [InlineData("<script>", "\"><b>, ;;q=x", "en")]
    [InlineData("*", "de", "en")]
    [InlineData("-", "--, -de", "en")]
    public void The_client_says_it_then_the_browser_then_the_app(string? uiLocales, string? acceptLanguage, string expected) =>
        Assert.Equal(expected, LanguageChoice.Choose(PageLanguages.OfThePackage(), "en", uiLocales, acceptLanguage is null ? [] : [acceptLanguage]).Language);

    [Fact]
    public void A_language_that_is_there_for_one_country_serves_who_wants_it_for_none()
    {
        var offered = PageLanguages.OfThePackage();
        offered.Set(PageTexts.English with { Language = "pt-BR" });
        Assert.Equal("pt-BR", LanguageChoice.Choose(offered, "en", "pt", []).Language);
        Assert.Equal("en", LanguageChoice.Choose(offered, "en", "pt-PT", []).Language);
    }

    [Fact]
    [Trait("SR", "SR-032")]
    public void A_list_without_end_is_not_read_to_its_end()
    {
        var tags = string.Join(' ', Enumerable.Repeat("xx", 100_000)) + " de";
        Assert.Equal("en", LanguageChoice.Choose(PageLanguages.OfThePackage(), "en", tags, [tags.Replace(' ', ',')]).Language);
        Assert.Equal("en", LanguageChoice.Choose(PageLanguages.OfThePackage(), "en", new string('d', 100_000), []).Language);
    }

    [Theory]
    [InlineData("de", "Darf Reader in Ihrem Namen Notes benutzen?", "bis zu 30 Tagen")]
    [InlineData("fr", "Autoriser Reader à utiliser Notes en votre nom", "jusqu’à 30 jours")]
    [InlineData("es", "¿Permitir que Reader use Notes en su nombre?", "hasta 30 días")]
    [InlineData("zh-CN", "允许 Reader 以您的身份使用 Notes 吗？", "最长 30 天")]
    [InlineData("nl", "Allow Reader to use Notes as you?", "up to 30 days")]
    public async Task The_consent_page_speaks_it_and_says_so(string uiLocales, string question, string lifetime)
    {
        await using var provider = await Browser.StartAppAsync(options => options.Pages.ApplicationName = "Notes");
        var client = await provider.AddClientAsync(change: client => client with { Name = "Reader" });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ("ui_locales", uiLocales));
        Assert.Contains(question, page.Text, StringComparison.Ordinal);
        Assert.Contains(lifetime, page.Text, StringComparison.Ordinal);
        var language = uiLocales is "zh-CN" ? "zh-Hans" : uiLocales is "nl" ? "en" : uiLocales;
        Assert.Contains($"<html lang=\"{language}\" dir=\"ltr\">", page.Body, StringComparison.Ordinal);
        Assert.Equal(language, page.Header("Content-Language"));
    }

    [Fact]
    public async Task Errors_speak_it_too_also_those_of_an_answer_to_the_page()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Contains("Dieser Link funktioniert nicht", (await browser.AuthorizeAsync(client, ("ui_locales", "de"), ("client_id", "nobody"))).Text, StringComparison.Ordinal);
        var consent = await browser.AuthorizeAsync(client, ("ui_locales", "fr"));
        var refused = await browser.PostAsync(consent.FormAction, consent.Decide("perhaps"));
        refused.IsErrorPage();
        Assert.Contains("Ce lien ne fonctionne pas", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_scopes_have_words_and_the_apps_words_come_first()
    {
        await using var provider = await Browser.StartAppAsync(options =>
        {
            options.Scopes["notes.read"] = "Read your notes";
            options.Scopes["profile"] = "See your picture";
            options.Pages.Scopes["de"] = new() { ["notes.read"] = "Ihre Notizen lesen" };
        });
        var client = await provider.AddClientAsync(change: client => client with { Scope = "openid email profile notes.read notes.write" });
        using var browser = await Browser.SignedInAsync(provider);
        var german = (await browser.AuthorizeAsync(client, ("scope", null), ("ui_locales", "de"))).Text;
        Assert.Contains("Ihre E-Mail-Adresse sehen", german, StringComparison.Ordinal);
        Assert.Contains("Ihre Notizen lesen", german, StringComparison.Ordinal);
        Assert.Contains("See your picture", german, StringComparison.Ordinal);
        Assert.Contains("notes.write", german, StringComparison.Ordinal);
        Assert.Contains("Read your notes", (await browser.AuthorizeAsync(client, ("scope", null))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_changes_a_text_and_adds_a_language_that_runs_the_other_way()
    {
        await using var provider = await Browser.StartAppAsync(options =>
        {
            var english = PageTexts.English;
            options.Pages.Languages.Set(english with { Consent = english.Consent with { Allow = "Yes, please" } });
            options.Pages.Languages.Set(english with { Language = "ar", IsRightToLeft = true, Consent = english.Consent with { Allow = "سماح" } });
            options.Pages.Languages.Remove("fr");
        });
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Contains("Yes, please", (await browser.AuthorizeAsync(client, ("ui_locales", "fr"))).Text, StringComparison.Ordinal);
        var arabic = await browser.AuthorizeAsync(client, ("ui_locales", "ar-EG"));
        Assert.Contains("سماح", arabic.Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"ar\" dir=\"rtl\">", arabic.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_can_read_which_languages_there_are()
    {
        await using var provider = await Browser.StartAppAsync(options => options.Pages.DefaultLanguage = "fr");
        var metadata = await Answer.OfAsync(await provider.Http.GetAsync("/.well-known/oauth-authorization-server", TestContext.Current.CancellationToken));
        Assert.Equal(["fr", "en", "de", "es", "zh-Hans"], metadata.Json.GetProperty("ui_locales_supported").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Fact]
    public async Task A_default_language_that_is_not_there_stops_the_app()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.DefaultLanguage = "nl"));
        Assert.Contains("Gatehouse:Pages:DefaultLanguage 'nl'", error.Message, StringComparison.Ordinal);
    }
}
