using System.Globalization;
using System.Text;

namespace Gatehouse.Pages;

/// <summary>
/// A name that a stranger chose, as a page shows it: one line, not endless, and without characters that nobody sees. Letters of every script stay, and so do the joiners that some scripts and
/// emoji are written with.
/// </summary>
internal static class ShownName
{
    private const int Longest = 80;

    public static string Of(string name)
    {
        var shown = new StringBuilder(Math.Min(name.Length, Longest));
        var marks = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnseen(rune)) continue;
            // A letter can wear a few marks; towers of them cover the lines around.
            marks = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > 3) continue;
            if (shown.Length + rune.Utf16SequenceLength > Longest) return shown.Append('…').ToString();
            shown.Append(Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }
        return shown.ToString();
    }

    private static bool IsUnseen(Rune rune) => rune.Value switch
    {
        // A lone surrogate is read as the replacement character.
        0xFFFD => true,
        // ZWNJ and ZWJ: Persian, Indic scripts, emoji families.
        0x200C or 0x200D => false,
        // Fillers and blanks that count as letters, and selectors beyond the one for emoji.
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F or (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF) => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned,
    };
}
