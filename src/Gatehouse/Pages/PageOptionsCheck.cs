using Gatehouse.Pages.Texts;
using Microsoft.AspNetCore.Components;

namespace Gatehouse.Pages;

/// <summary>What is wrong with the pages' options, each with the fix.</summary>
internal static class PageOptionsCheck
{
    public static IEnumerable<string> Problems(PageOptions pages) =>
        [.. Components(pages), .. Paths(pages), .. Contrast.Problems(nameof(pages.Light), pages.Light), .. Contrast.Problems(nameof(pages.Dark), pages.Dark), .. Languages(pages)];

    private static IEnumerable<string> Components(PageOptions pages) =>
        from page in new[]
        {
            ("Login", pages.Login), ("Consent", pages.Consent), ("Error", pages.Error), ("Logout", pages.Logout), ("SignedOut", pages.SignedOut), ("Apps", pages.Apps),
        }
        let component = page.Item2
        where component is not null && !component.IsAssignableTo(typeof(IComponent))
        select $"Gatehouse:Pages:{page.Item1} '{component}' is not a Razor component. Name a component with one parameter, Model. (gatehouse explain 7013)";

    private static IEnumerable<string> Paths(PageOptions pages) =>
        from path in new[] { ("Stylesheet", pages.Stylesheet, "/css/gatehouse.css"), ("Logo", pages.Logo, "/img/logo.svg") }
        where path.Item2 is { } value && (!value.StartsWith('/') || value.StartsWith("//", StringComparison.Ordinal))
        select $"Gatehouse:Pages:{path.Item1} '{path.Item2}' must be a path of this app, for example {path.Item3}: pages load nothing from elsewhere. (gatehouse explain 7009)";

    private static IEnumerable<string> Languages(PageOptions pages)
    {
        if (!pages.Languages.Contains(pages.DefaultLanguage))
            yield return $"Gatehouse:Pages:DefaultLanguage '{pages.DefaultLanguage}' is none of Gatehouse:Pages:Languages: {string.Join(", ", pages.Languages.Select(texts => texts.Language))}. (gatehouse explain 7014)";
        var english = AllTexts.Of(PageTexts.English);
        foreach (var texts in pages.Languages)
        {
            if (texts.Time.Months.Count != 12)
                yield return $"Gatehouse:Pages:Languages '{texts.Language}' has {texts.Time.Months.Count} months. Give it twelve. (gatehouse explain 7014)";
            foreach (var (name, text) in AllTexts.Of(texts))
                if (string.IsNullOrWhiteSpace(text) || Phrase.NamesIn(text).Except(Phrase.NamesIn(english[name])).Any())
                    yield return $"Gatehouse:Pages:Languages '{texts.Language}' says '{text}' for {name}. The English text is '{english[name]}': use its words in braces, and no others. (gatehouse explain 7014)";
        }
    }
}
