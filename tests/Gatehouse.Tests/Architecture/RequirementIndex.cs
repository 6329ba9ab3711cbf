using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

/// <summary>Which tests show which security requirement: <c>eng/requirements.txt</c> against the traits in the test sources.</summary>
internal static partial class RequirementIndex
{
    internal sealed record Evidence(string Requirement, string File, string Test);

    public static IReadOnlyList<(string Heading, string Number, string Sentence)> Requirements { get; } = [.. ReadRequirements()];

    public static IReadOnlyList<Evidence> Read() =>
    [
        .. Repository.Files("tests", ".cs").Concat(Repository.Files("src/Gatehouse.Storage.Contract", ".cs")).SelectMany(Read),
    ];

    /// <summary>A trait belongs to the next thing declared: a test, or a class with all of its tests.</summary>
    internal static IEnumerable<Evidence> Read(string file)
    {
        var waiting = new List<string>();
        foreach (var line in Repository.Read(file).Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith("//", StringComparison.Ordinal)))
        {
            waiting.AddRange(Trait().Matches(line).Select(match => match.Groups[1].Value));
            if (waiting.Count == 0 || Declaration().Match(line) is not { Success: true } declared) continue;
            var test = declared.Groups["class"] is { Success: true } type ? $"all of {type.Value}" : declared.Groups["method"].Value;
            foreach (var number in waiting) yield return new(number, file, test);
            waiting.Clear();
        }
    }

    public static string Render()
    {
        var evidence = Read().ToLookup(item => item.Requirement);
        var missing = Requirements.Count(item => !evidence.Contains(item.Number));
        var text = new StringBuilder($"""
            # Security requirements and the tests that show them

            Made by `./test --update` from `eng/requirements.txt` and the `[Trait("SR", …)]` of the tests, and held equal by a test. The list holds what applies
            to the features that exist. {Requirements.Count} requirements, {Requirements.Count - missing} with a test that names them, {missing} without.

            """);
        foreach (var section in Requirements.GroupBy(item => item.Heading))
        {
            text.Append($"\n## {section.Key}\n\n| | Requirement | Shown by |\n| --- | --- | --- |\n");
            foreach (var (_, number, sentence) in section)
            {
                var tests = evidence[number].Select(item => $"[{item.Test.Replace('_', ' ')}](../{item.File})").Distinct().ToList();
                text.Append($"| {number} | {sentence} | {(tests.Count == 0 ? "**no test names it yet**" : string.Join("<br>", tests))} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string, string, string)> ReadRequirements()
    {
        var heading = "";
        foreach (var line in Repository.Read("eng/requirements.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal)) heading = line[2..];
            else yield return (heading, line[..6], line[7..]);
        }
    }

    [GeneratedRegex("""\bTrait\((?:"SR"|Rule\.Requirement), "(SR-\d{3})"\)""")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^(?:public|internal|protected|private)\s.*?(?:\bclass (?<class>\w+)|\b(?<method>\w+)\()")]
    private static partial Regex Declaration();
}
