using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli.Explain;

/// <summary>What the documents say about one number of the log, or one check of the doctor.</summary>
internal sealed partial record Explanation(string Id, string Level, string WhatHappened, string Why, string WhatToChange)
{
    /// <summary>Read from the pages themselves, which are in the tool: there is one truth, of the tool's own version.</summary>
    public static Explanation? Find(string id)
    {
        if (typeof(Explanation).Assembly.GetManifestResourceStream(Page(id)) is not { } page) return null;
        using var reader = new StreamReader(page);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return Entry().Matches(text).FirstOrDefault(match => match.Groups["id"].Value == id) is { } entry
            ? new(id, entry.Groups["level"].Value, Plain(entry.Groups["what"].Value), Plain(entry.Groups["why"].Value), Plain(entry.Groups["change"].Value))
            : null;
    }

    /// <summary>Where it stands in the repository's documents.</summary>
    public string Document => $"docs/{Page(Id)}#{Id.Replace(' ', '-')}";

    private static string Page(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? $"errors/{number / 100 * 100}.md" : "errors/doctor.md";

    /// <summary>Without marks. A number of the log is enough by itself; any other link is followed by the file that it leads to.</summary>
    private static string Plain(string markdown) => Link().Replace(markdown, match =>
        match.Groups["target"].Value.StartsWith("../", StringComparison.Ordinal) ? $"{match.Groups["text"].Value} (docs/{match.Groups["target"].Value[3..]})" : match.Groups["text"].Value)
        .Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^##+ (?<id>\d{4}|[a-z -]+)\n\n(?<level>\w+)\n\n- \*\*What happened:\*\* (?<what>.+)\n- \*\*Why:\*\* (?<why>.+)\n- \*\*What to change:\*\* (?<change>.+)$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
