// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: ui_locales, claims_locales)
namespace Gatehouse.Protocol;

/// <summary>Language tags (BCP 47), the preferred first. Wishes, so what cannot be one is left out and never an error.</summary>
internal static class Locales
{
    // Nobody prefers more; each one may be looked up.
    private const int Most = 10, LongestTag = 35;

    public static IReadOnlyList<string> Parse(string? text) =>
        text is null ? [] : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(IsTag).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)];

    /// <summary>Its shape only: letters and digits in groups of one to eight. Whether the language exists is for whoever has texts in it.</summary>
    private static bool IsTag(string text) => text.Length <= LongestTag && text.Split('-').All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
}
