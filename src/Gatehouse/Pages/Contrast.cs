using System.Globalization;

namespace Gatehouse.Pages;

/// <summary>How well one colour can be read on another, as WCAG 2.2 measures it (1.4.3, 1.4.11).</summary>
internal static class Contrast
{
    private const double ForText = 4.5, ForEdges = 3;

    /// <summary>What is wrong with the colours of a scheme, each with the fix.</summary>
    public static IEnumerable<string> Problems(string scheme, PageColors colors)
    {
        var all = new[]
        {
            (nameof(colors.Background), colors.Background), (nameof(colors.Surface), colors.Surface), (nameof(colors.Text), colors.Text), (nameof(colors.Muted), colors.Muted),
            (nameof(colors.Line), colors.Line), (nameof(colors.Accent), colors.Accent), (nameof(colors.AccentText), colors.AccentText), (nameof(colors.Warning), colors.Warning),
            (nameof(colors.WarningEdge), colors.WarningEdge), (nameof(colors.Danger), colors.Danger),
        };
        var unreadable = all.Where(color => !IsColor(color.Item2)).Select(color => $"Gatehouse:Pages:{scheme}:{color.Item1} '{color.Item2}' is not a colour. Write it as #rrggbb. (gatehouse explain 7015)").ToList();
        return unreadable.Count > 0 ? unreadable :
        [
            .. Check(nameof(colors.Text), colors.Text, ForText, (nameof(colors.Background), colors.Background), (nameof(colors.Surface), colors.Surface), (nameof(colors.Warning), colors.Warning)),
            .. Check(nameof(colors.Muted), colors.Muted, ForText, (nameof(colors.Background), colors.Background), (nameof(colors.Surface), colors.Surface)),
            .. Check(nameof(colors.Accent), colors.Accent, ForText, (nameof(colors.Background), colors.Background), (nameof(colors.Surface), colors.Surface)),
            .. Check(nameof(colors.AccentText), colors.AccentText, ForText, (nameof(colors.Accent), colors.Accent)),
            .. Check(nameof(colors.WarningEdge), colors.WarningEdge, ForEdges, (nameof(colors.Surface), colors.Surface)),
            .. Check(nameof(colors.Danger), colors.Danger, ForText, (nameof(colors.Surface), colors.Surface)),
        ];

        IEnumerable<string> Check(string name, string color, double least, params (string Name, string Color)[] on) =>
            from behind in @on
            let ratio = Of(color, behind.Color)
            where ratio < least
            select string.Create(CultureInfo.InvariantCulture,
                $"Gatehouse:Pages:{scheme}:{name} {color} has a contrast of {ratio:0.0} : 1 on {behind.Name} {behind.Color}; it needs {least} : 1 to be readable (WCAG 2.2). Make one of them lighter or darker. (gatehouse explain 7015)");
    }

    /// <summary>From 1, the same colour, to 21, black on white.</summary>
    public static double Of(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static bool IsColor(string? text) => text is ['#', _, _, _, _, _, _] && text.Skip(1).All(char.IsAsciiHexDigit);

    private static double Luminance(string color) => 0.2126 * Channel(color, 1) + 0.7152 * Channel(color, 3) + 0.0722 * Channel(color, 5);

    private static double Channel(string color, int at)
    {
        var value = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
