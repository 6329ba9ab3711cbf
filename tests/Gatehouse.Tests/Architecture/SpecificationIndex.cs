using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

/// <summary>What implements which specification, by the first line of each file: <c>// RFC 7009 - OAuth 2.0 Token Revocation (§2.1)</c>.</summary>
internal static partial class SpecificationIndex
{
    internal sealed record Entry(string File, string Specification, string Title, string Clause);

    public static IReadOnlyList<Entry> Read() =>
        [.. Repository.Files("src", ".cs").Select(Parse).OfType<Entry>()];

    public static Entry? Parse(string file) =>
        FirstLine().Match(Repository.FirstLine(file)) is { Success: true } match
            ? new(file, match.Groups["spec"].Value, match.Groups["title"].Value, match.Groups["clause"].Value)
            : null;

    public static string Render()
    {
        var text = new StringBuilder("""
            # Specifications

            Made by `./test --update` from the first line of each source file, and held equal by a test. The tests of a file are those
            that are named after it or name it; where there is none, the folder of the same name.


            """);
        var entries = Read();
        foreach (var specification in entries.GroupBy(entry => (entry.Specification, entry.Title)).OrderBy(group => group.Key.Specification, Comparer<string>.Create(ByNumber)))
        {
            text.Append($"## {specification.Key.Specification} - {specification.Key.Title}\n\n| File | Clause | Tests |\n| --- | --- | --- |\n");
            foreach (var entry in specification)
                text.Append($"| [{Short(entry.File)}](../{entry.File}) | {entry.Clause} | {string.Join("<br>", TestsOf(entry.File).Select(test => $"[{Path.GetFileNameWithoutExtension(test)}](../{test})"))} |\n");
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Short(string file) => file["src/".Length..].Replace("Gatehouse/", "", StringComparison.Ordinal);

    private static IEnumerable<string> TestsOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var folder = file.Split('/')[^2];
        var tests = Repository.Files("tests", ".cs").Where(test => test.EndsWith("Tests.cs", StringComparison.Ordinal)).ToList();
        var ofFolder = tests.Where(test => test.Split('/')[^2] == folder).ToList();
        var ofFile = tests.Where(test => Path.GetFileName(test).StartsWith(name, StringComparison.Ordinal))
            .Union(ofFolder.Where(test => Regex.IsMatch(Repository.Read(test), $@"\b{name}\b"))).ToList();
        return ofFile.Count > 0 ? ofFile : ofFolder.Select(test => Path.GetDirectoryName(test)!).Distinct();
    }

    // RFC 6749 before RFC 10017; whatever has no number comes last, by name.
    private static int ByNumber(string left, string right)
    {
        static (int Number, string Name) Key(string name) => name.StartsWith("RFC ", StringComparison.Ordinal) ? (int.Parse(name[4..]), name) : (int.MaxValue, name);
        return Key(left).CompareTo(Key(right));
    }

    [GeneratedRegex(@"^// (?<spec>RFC \d{4,5}|(?:OpenID|OAuth) [A-Za-z0-9 .-]+?|draft-[a-z0-9-]+) - (?<title>[^§]+?)(?: \((?<clause>[^()]*(?:§|Appendix)[^()]*)\))?$")]
    private static partial Regex FirstLine();
}
