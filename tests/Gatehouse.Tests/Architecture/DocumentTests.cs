using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents => [.. Snippets.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_shows_code_that_compiles(string document)
    {
        var text = Repository.Read(document);
        var (sourced, all) = Snippets.Count(text);
        Assert.True(sourced == all, $"{document}: {all - sourced} C# blocks do not say from which compiled file they come (<!-- from samples/Snippets/File.cs#region -->).");
        GeneratedDocument.MustEqual(document, Snippets.Refresh(text));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_shows_changes_that_were_made(string document)
    {
        var missing =
            from Match diff in Diff().Matches(Repository.Read(document))
            let source = Repository.Read(diff.Groups["file"].Value).Split('\n')
            from line in diff.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            where line[0] == '-' ? source.Contains(line[1..]) : !source.Contains(line[1..])
            select $"{diff.Groups["file"].Value}: {line}";
        Findings.None(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_links_to_files_that_exist(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var broken =
            from Match link in Link().Matches(Repository.Read(document))
            let path = link.Groups[1].Value.Split('#')[0]
            where path.Length > 0 && !path.Contains("://", StringComparison.Ordinal) && !path.StartsWith("mailto:", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(folder, path))
            select $"{document}: {link.Value}";
        Findings.None(broken);
    }

    [Fact]
    public void Every_document_can_be_found_from_the_readme()
    {
        var found = new HashSet<string> { "README.md" };
        var open = new Queue<string>(found);
        while (open.TryDequeue(out var document))
            foreach (Match link in Link().Matches(Repository.Read(document)))
            {
                var path = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, link.Groups[1].Value.Split('#')[0]))).Replace('\\', '/');
                if (path.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(Repository.Root, path)) && found.Add(path)) open.Enqueue(path);
            }

        Findings.None(Snippets.Documents.Except(found));
    }

    [GeneratedRegex(@"<!-- diff of (?<file>\S+) -->\n```diff\n(?<lines>(?:(?!```).*\n)*)```")]
    private static partial Regex Diff();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
