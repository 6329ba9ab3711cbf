using System.Collections.ObjectModel;
using Gatehouse.Pages.Texts;

namespace Gatehouse.Pages;

/// <summary>
/// The languages that the pages speak, by tag. English, German, French, Spanish and Chinese (simplified) are there; take some away, change a text, or add a language of your own:
/// <c>Languages.Set(PageTexts.English with { Language = "nl", … })</c>.
/// </summary>
public sealed class PageLanguages() : KeyedCollection<string, PageTexts>(StringComparer.OrdinalIgnoreCase)
{
    internal static PageLanguages OfThePackage() => [PageTexts.English, PageTexts.German, PageTexts.French, PageTexts.Spanish, PageTexts.SimplifiedChinese];

    /// <summary>Adds a language, or replaces what the pages say in it.</summary>
    public void Set(PageTexts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Remove(texts.Language);
        Add(texts);
    }

    /// <inheritdoc/>
    protected override string GetKeyForItem(PageTexts item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Language;
    }
}
