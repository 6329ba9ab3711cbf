using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Architecture;

/// <summary>What the log says is an interface: an operator searches for the number, and finds what to do.</summary>
public sealed partial class EventTests
{
    private sealed record Event(int Id, string Level, string File);

    private static IEnumerable<Event> Logged =>
        from file in Repository.Files("src", ".cs", ".razor")
        from Match match in Message().Matches(Repository.Read(file))
        select new Event(int.Parse(match.Groups["id"].Value), match.Groups["level"].Value, file);

    [Fact]
    public void Every_log_message_has_its_own_number()
    {
        Findings.None(Logged.GroupBy(item => item.Id).Where(group => group.Count() > 1).SelectMany(group => group));

        var unnumbered =
            from file in Repository.Files("src", ".cs", ".razor")
            let text = Repository.Read(file)
            where AnyMessage().Count(text) != Message().Count(text)
            select file;
        Findings.None(unnumbered);
    }

    [Fact]
    public void Every_log_message_is_explained()
    {
        var rows = Row().Matches(Repository.Read("docs/errors.md")).Select(match => (Id: int.Parse(match.Groups["id"].Value), Level: match.Groups["level"].Value)).ToList();
        Findings.None(rows.GroupBy(row => row.Id).Where(group => group.Count() > 1).Select(group => $"docs/errors.md explains {group.Key} more than once"));
        var explained = rows.ToHashSet();
        Findings.None(Logged.Where(item => !explained.Contains((item.Id, item.Level))).Select(item => $"docs/errors.md lacks | {item.Id} | {item.Level} | of {item.File}"));

        var logged = Logged.Select(item => item.Id).ToHashSet();
        Findings.None(explained.Where(row => !logged.Contains(row.Id)).Select(row => $"docs/errors.md explains {row.Id}, which nothing logs"));
    }

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(?<id>\d+), (?:Level = )?LogLevel\.(?<level>\w+)")]
    private static partial Regex Message();

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex AnyMessage();

    [GeneratedRegex(@"^\| (?<id>\d{4}) \| (?<level>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
