namespace Gatehouse.Pages;

/// <summary>
/// The colours of one scheme, light or dark, as <c>#rrggbb</c>. The app does not start with a pair that cannot be read: text needs a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3). Each is also a
/// CSS variable, <c>--gh-accent</c> for one, which a stylesheet of yours may set unchecked.
/// </summary>
public sealed class PageColors
{
    /// <summary>Behind everything.</summary>
    public string Background { get; set; } = "#f2f4f7";

    /// <summary>Behind what the page says.</summary>
    public string Surface { get; set; } = "#ffffff";

    /// <summary>What the page says. Readable on background, surface and warning.</summary>
    public string Text { get; set; } = "#181c22";

    /// <summary>Less important words, and the edges of fields. Readable on background and surface.</summary>
    public string Muted { get; set; } = "#545b67";

    /// <summary>Lines that only decorate.</summary>
    public string Line { get; set; } = "#d8dce3";

    /// <summary>Buttons, links, the focus and the client's name. Readable on background and surface.</summary>
    public string Accent { get; set; } = "#1d4ea2";

    /// <summary>The words on a button. Readable on the accent.</summary>
    public string AccentText { get; set; } = "#ffffff";

    /// <summary>Behind a warning.</summary>
    public string Warning { get; set; } = "#fff3d6";

    /// <summary>Beside a warning. 3 : 1 on the surface.</summary>
    public string WarningEdge { get; set; } = "#a36100";

    /// <summary>Errors, and buttons that take something away. Readable on surface.</summary>
    public string Danger { get; set; } = "#a8172c";

    internal static PageColors ForDark() => new()
    {
        Background = "#121419",
        Surface = "#1c1f26",
        Text = "#eceef2",
        Muted = "#a9b0bc",
        Line = "#353a45",
        Accent = "#8fb5ff",
        AccentText = "#0b1a33",
        Warning = "#392d10",
        WarningEdge = "#e3ad45",
        Danger = "#ff9aa5",
    };

    internal string ToCss() =>
        $"--gh-background: {Background}; --gh-surface: {Surface}; --gh-text: {Text}; --gh-muted: {Muted}; --gh-line: {Line}; --gh-accent: {Accent}; --gh-accent-text: {AccentText}; "
        + $"--gh-warning: {Warning}; --gh-warning-edge: {WarningEdge}; --gh-danger: {Danger};";
}
