namespace Gatehouse.Diagnostics;

/// <summary>A value from a request, on its way into a log: one line, printable, not endless (SR-226).</summary>
internal readonly struct Untrusted(string? text)
{
    private const int MaxLength = 100;

    public override string ToString()
    {
        if (text is null) return "(none)";
        var shown = text.Length <= MaxLength ? text : text[..MaxLength];
        foreach (var c in shown)
            if (!IsPlain(c))
                return string.Create(shown.Length, shown, static (span, shown) =>
                {
                    for (var i = 0; i < span.Length; i++) span[i] = IsPlain(shown[i]) ? shown[i] : '?';
                });
        return shown;
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~';
}
