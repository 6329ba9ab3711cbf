// RFC 4647 - Matching of Language Tags (§3.4 Lookup)
using Gatehouse.Pages.Texts;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Pages;

/// <summary>In which language a page speaks: what the client asks for on behalf of its user, else what the browser says, else the app's default.</summary>
internal static class LanguageChoice
{
    // A list of thousands is no user's.
    private const int MostWishes = 16, LongestTag = 35;

    /// <param name="offered">What there is.</param>
    /// <param name="fallback">The tag to take if nothing fits.</param>
    /// <param name="uiLocales"><c>ui_locales</c>: tags in order of preference, separated by spaces (OpenID Connect Core §3.1.2.1). An unknown one is no error.</param>
    /// <param name="acceptLanguage">The header's values.</param>
    public static PageTexts Choose(PageLanguages offered, string fallback, string? uiLocales, IList<string?> acceptLanguage)
    {
        foreach (var tag in Wishes(uiLocales, acceptLanguage))
        {
            if (tag == "*") break;
            if (tag.Length <= LongestTag && Find(offered, tag) is { } texts) return texts;
        }
        return offered[fallback];
    }

    private static IEnumerable<string> Wishes(string? uiLocales, IList<string?> acceptLanguage)
    {
        foreach (var tag in (uiLocales ?? "").Split(' ', MostWishes + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostWishes)) yield return tag;
        if (acceptLanguage.Count == 0 || !StringWithQualityHeaderValue.TryParseList([.. acceptLanguage.OfType<string>()], out var headers)) yield break;
        // OrderBy keeps the order of equals.
        foreach (var header in headers.Take(MostWishes).Where(header => header.Quality is not 0).OrderByDescending(header => header.Quality ?? 1)) yield return header.Value.Value!;
    }

    private static PageTexts? Find(PageLanguages offered, string tag)
    {
        var wanted = WithScript(tag);
        for (var range = wanted; range.Length > 0; range = Shorter(range))
            if (offered.TryGetValue(range, out var texts)) return texts;
        // Who wants Portuguese is better served by pt-BR than by English.
        return offered.FirstOrDefault(texts => texts.Language.StartsWith(wanted + "-", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>"zh-Hans-CN", then "zh-Hans", then "zh"; a lone letter or digit introduces what follows it, and goes with it.</summary>
    private static string Shorter(string range)
    {
        var end = range.LastIndexOf('-');
        if (end < 0) return "";
        return end >= 2 && range[end - 2] == '-' ? range[..(end - 2)] : range[..end];
    }

    /// <summary>Browsers name Chinese by country; whoever reads the traditional characters is not served by the simplified ones.</summary>
    private static string WithScript(string tag) => tag.ToUpperInvariant() switch
    {
        "ZH" or "ZH-CN" or "ZH-SG" or "ZH-MY" => "zh-Hans",
        "ZH-TW" or "ZH-HK" or "ZH-MO" => "zh-Hant",
        _ => tag,
    };
}
