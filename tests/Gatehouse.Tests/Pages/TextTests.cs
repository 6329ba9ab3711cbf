using Gatehouse.Pages;
using Gatehouse.Pages.Texts;
using Gatehouse.Tests.Architecture;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Pages;

/// <summary>That no language misses a text is held by the compiler: every text is <c>required</c>. The rest is held here.</summary>
public sealed class TextTests
{
    public static TheoryData<string> Tags => [.. PageLanguages.OfThePackage().Select(texts => texts.Language)];

    private static PageTexts Of(string tag) => PageLanguages.OfThePackage()[tag];

    [Theory]
    [MemberData(nameof(Tags))]
    public void Every_text_says_something_and_holds_the_values_that_the_english_one_holds(string tag)
    {
        var english = AllTexts.Of(PageTexts.English);
        Assert.True(english.Count > 60, "There are texts to compare.");
        var wrong =
            from text in AllTexts.Of(Of(tag))
            where text.Value.Trim() is "" || !Phrase.NamesIn(text.Value).Order().SequenceEqual(Phrase.NamesIn(english[text.Key]).Order())
            select $"{tag}: {text.Key} is '{text.Value}', but the English one is '{english[text.Key]}'";
        Findings.None(wrong);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Every_text_is_in_the_language_itself(string tag)
    {
        if (tag == "en") return;
        var english = AllTexts.Of(PageTexts.English);
        // Words that two languages share.
        Findings.None(AllTexts.Of(Of(tag)).Where(text => text.Value == english[text.Key] && text.Value is not ("Website ({host})" or "{day} {month} {year}")).Select(text => $"{tag}: {text.Key} is the English '{text.Value}'"));
        Assert.Equal(PageTexts.English.Scopes.Keys.Order(), Of(tag).Scopes.Keys.Order());
        Assert.Empty(Of(tag).Scopes.Values.Intersect(PageTexts.English.Scopes.Values));
    }

    [Theory]
    [InlineData("en", "8 March 2026", "1 second", "45 minutes", "2 hours", "30 days")]
    [InlineData("de", "8. März 2026", "1 Sekunde", "45 Minuten", "2 Stunden", "30 Tagen")]
    [InlineData("fr", "8 mars 2026", "1 seconde", "45 minutes", "2 heures", "30 jours")]
    [InlineData("es", "8 de marzo de 2026", "1 segundo", "45 minutos", "2 horas", "30 días")]
    [InlineData("zh-Hans", "2026年3月8日", "1 秒", "45 分钟", "2 小时", "30 天")]
    public void Dates_and_durations_are_written_as_the_language_writes_them(string tag, string date, params string[] durations)
    {
        var time = Of(tag).Time;
        Assert.Equal(12, time.Months.Distinct().Count());
        Assert.Equal(date, time.DateOf(new(2026, 3, 8, 23, 59, 0, TimeSpan.Zero)));
        Assert.Equal<string[]>(durations, [time.DurationOf(TimeSpan.FromSeconds(1)), time.DurationOf(TimeSpan.FromMinutes(45)), time.DurationOf(TimeSpan.FromHours(2)), time.DurationOf(TimeSpan.FromDays(30))]);
    }

    [Theory]
    [InlineData(0, "1 second")]
    [InlineData(61, "61 seconds")]
    [InlineData(119.2, "120 seconds")]
    [InlineData(121, "3 minutes")]
    [InlineData(3600, "60 minutes")]
    [InlineData(86400, "24 hours")]
    [InlineData(86400 * 2 + 1, "3 days")]
    public void A_duration_is_rounded_up(double seconds, string expected) => Assert.Equal(expected, PageTexts.English.Time.DurationOf(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("Hello {nobody}")]
    [InlineData(" ")]
    public async Task A_text_that_asks_for_what_nobody_knows_stops_the_app(string text)
    {
        var english = PageTexts.English;
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.Languages.Set(english with { Login = english.Login with { Heading = text } })));
        Assert.Contains("Login.Heading", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{app}", "A")]
    [InlineData("to {app}!", "to A!")]
    [InlineData("{", "{")]
    [InlineData("a } b", "a } b")]
    [InlineData("", "")]
    public void A_text_is_filled_where_the_braces_are(string text, string expected) => Assert.Equal(expected, Phrase.Fill(text, ("app", "A")));
}
