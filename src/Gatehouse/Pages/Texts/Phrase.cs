using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Gatehouse.Pages.Texts;

/// <summary>
/// A text with its values: <c>&lt;Phrase Text="@Texts.Consent.Heading" client="@name" /&gt;</c>. Each value stands in a <c>bdi</c> element of its own, so that a hostile name cannot turn
/// round the sentence that it stands in, and has the class <c>gh-client</c> to be seen as what it is.
/// </summary>
public sealed class Phrase : ComponentBase
{
    /// <summary>One of <see cref="PageTexts"/>.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <summary>What to put for the words in braces, by their names.</summary>
    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? Values { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var (text, isValue) in Split(Text))
        {
            if (!isValue)
            {
                builder.AddContent(0, text);
                continue;
            }
            builder.OpenElement(1, "bdi");
            builder.AddAttribute(2, "class", "gh-" + text);
            builder.AddContent(3, Values?.GetValueOrDefault(text));
            builder.CloseElement();
        }
    }

    /// <summary>As text, for titles and dates.</summary>
    internal static string Fill(string text, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = "";
        foreach (var (part, isValue) in Split(text)) filled += isValue ? Find(values, part) : part;
        return filled;
    }

    internal static IEnumerable<string> NamesIn(string text) => Split(text).Where(part => part.IsValue).Select(part => part.Text);

    private static string Find(ReadOnlySpan<(string Name, string Value)> values, string name)
    {
        foreach (var value in values)
            if (value.Name == name) return value.Value;
        return "";
    }

    private static IEnumerable<(string Text, bool IsValue)> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
            {
                yield return (text[at..], false);
                yield break;
            }
            if (open > at) yield return (text[at..open], false);
            yield return (text[(open + 1)..close], true);
            at = close + 1;
        }
    }
}
