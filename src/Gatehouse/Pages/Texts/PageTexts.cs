namespace Gatehouse.Pages.Texts;

/// <summary>
/// Everything that the pages say, in one language. Every text is required, so the compiler holds each language complete. Words in braces stand for values, <c>{app}</c> for one; a text
/// may use those that the English one uses, and the app does not start if it uses others.
/// </summary>
public sealed record PageTexts
{
    /// <summary>The language as a BCP 47 tag, for the page's <c>lang</c>: <c>en</c>, <c>zh-Hans</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Whether it is written from right to left. Default false, as none of ours is.</summary>
    public bool IsRightToLeft { get; init; }

    /// <summary>The button of a page that only passes on, for browsers that do not do so by themselves.</summary>
    public required string Continue { get; init; }

    /// <summary>The login page.</summary>
    public required LoginTexts Login { get; init; }

    /// <summary>The consent page.</summary>
    public required ConsentTexts Consent { get; init; }

    /// <summary>The standard scopes in a user's words, as the consent and connected-apps pages say them. Scopes of the app's own may be added.</summary>
    public required IReadOnlyDictionary<string, string> Scopes { get; init; }

    /// <summary>The error page.</summary>
    public required ErrorTexts Error { get; init; }

    /// <summary>The pages that ask before signing out, and that say that it was done.</summary>
    public required LogoutTexts Logout { get; init; }

    /// <summary>The page of connected apps.</summary>
    public required AppsTexts Apps { get; init; }

    /// <summary>Dates and durations.</summary>
    public required TimeTexts Time { get; init; }

    /// <summary>English.</summary>
    public static PageTexts English => Texts.English.Texts;

    /// <summary>German.</summary>
    public static PageTexts German => Texts.German.Texts;

    /// <summary>French.</summary>
    public static PageTexts French => Texts.French.Texts;

    /// <summary>Spanish.</summary>
    public static PageTexts Spanish => Texts.Spanish.Texts;

    /// <summary>Chinese, in simplified characters.</summary>
    public static PageTexts SimplifiedChinese => Texts.SimplifiedChinese.Texts;
}
