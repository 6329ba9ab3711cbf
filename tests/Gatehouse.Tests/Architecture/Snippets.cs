using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

/// <summary>
/// C# in the documents is copied from files that are compiled. A block follows a line that says from where: a whole file, or a <c>#region</c> of one.
/// <code>&lt;!-- from samples/Snippets/Storage.cs#own-context --&gt;</code>
/// </summary>
internal static partial class Snippets
{
    public static IEnumerable<string> Documents => Repository.Files("docs", ".md").Concat(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]);

    /// <summary>The document with every block as its source has it now.</summary>
    public static string Refresh(string document) =>
        Block().Replace(document, match => $"<!-- from {match.Groups["source"].Value} -->\n```{match.Groups["language"].Value}\n{Source(match.Groups["source"].Value)}\n```");

    /// <summary>How many C# blocks say from where they come, and how many there are.</summary>
    public static (int Sourced, int All) Count(string document) => (Block().Count(document), Fence().Count(document));

    private static string Source(string source)
    {
        var (file, region) = source.Split('#') is [var path, var name] ? (path, name) : (source, null);
        var text = Repository.Read(file).TrimEnd('\n');
        if (region is null) return text;
        var lines = text.Split('\n').SkipWhile(line => line.Trim() != $"#region {region}").Skip(1).TakeWhile(line => line.Trim() != "#endregion").ToList();
        Assert.True(lines.Count > 0, $"There is no #region {region} in {file}.");
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..])).Trim('\n');
    }

    [GeneratedRegex(@"<!-- from (?<source>[^\s]+) -->\n```(?<language>csharp|razor)\n(?:(?!```).*\n)*```")]
    private static partial Regex Block();

    [GeneratedRegex("^```(?:csharp|cs|c#|razor)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();
}
