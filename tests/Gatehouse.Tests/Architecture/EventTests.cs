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

    /// <summary>What stops a start says its number itself; there is no log yet. One number may stand for what several options can have in common.</summary>
    private static IEnumerable<Event> Said =>
        (from file in Repository.Files("src", ".cs", ".razor")
         let text = Repository.Read(file)
         from match in Reference().Matches(text).Concat(ToolRefusal().Matches(text))
         select new Event(int.Parse(match.Groups["id"].Value), "Error", file)).DistinctBy(said => said.Id);

    [Fact]
    public void What_stops_a_start_ends_with_the_number_of_its_explanation()
    {
        var unexplained =
            from file in Repository.Files("src", ".cs").Where(file => !file.StartsWith("src/Gatehouse.Storage.Contract/", StringComparison.Ordinal))
            let text = Repository.Read(file)
            from said in Stops().Matches(text).Concat(file.StartsWith("src/Gatehouse.Cli/", StringComparison.Ordinal) ? [] : OptionSentence().Matches(text)).Concat(WrongCall().Matches(text))
            where !Reference().IsMatch(said.Value)
            select $"{file}: {said.Value.Trim()}";
        Findings.None(unexplained);
    }

    /// <summary>The compiler holds that whatever refuses gives a number. Without one are what others say, who have their own (<c>Tool</c>), and what Terminal makes of both.</summary>
    [Fact]
    public void What_the_command_line_refuses_ends_with_the_number_of_its_explanation()
    {
        var unnumbered =
            from file in Repository.Files("src/Gatehouse.Cli", ".cs").Where(file => !file.EndsWith("/Terminal.cs", StringComparison.Ordinal) && !file.EndsWith("/Tool.cs", StringComparison.Ordinal))
            from said in UnnumberedRefusal().Matches(Repository.Read(file))
            select $"{file}: {said.Value.Trim()}";
        Findings.None(unnumbered);
        Assert.True(Repository.Files("src/Gatehouse.Cli", ".cs").Sum(file => ToolRefusal().Count(Repository.Read(file))) > 30);
    }

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
    public void Every_log_message_is_explained_at_a_place_of_its_own()
    {
        var headings = Pages.SelectMany(page => Heading().Matches(page.Text).Select(match => (Id: int.Parse(match.Groups["id"].Value), page.File))).ToList();
        Findings.None(headings.GroupBy(heading => heading.Id).Where(group => group.Count() > 1).Select(group => $"{group.Key} is explained more than once"));
        Findings.None(headings.Where(heading => heading.File != PageOf(heading.Id)).Select(heading => $"{heading.Id} is explained in {heading.File}, and is looked for in {PageOf(heading.Id)}"));

        var explained = headings.Select(heading => heading.Id).ToHashSet();
        Findings.None(Logged.Concat(Said).Where(item => !explained.Contains(item.Id)).Select(item => $"{PageOf(item.Id)} lacks {item.Id}, {item.Level}, of {item.File}"));
        var logged = Logged.Concat(Said).Select(item => item.Id).ToHashSet();
        Findings.None(explained.Where(id => !logged.Contains(id)).Select(id => $"{PageOf(id)} explains {id}, which nothing says"));
    }

    [Fact]
    public void An_explanation_says_what_happened_and_why_and_what_to_change()
    {
        var entries = Pages.SelectMany(page => Entry().Matches(page.Text)).ToLookup(match => int.Parse(match.Groups["id"].Value));
        var wrong =
            from item in Logged.Concat(Said)
            let entry = entries[item.Id].FirstOrDefault()
            where entry is null || entry.Groups["level"].Value != item.Level
            select $"{PageOf(item.Id)}: {item.Id} must be: ## {item.Id}, {item.Level}, - **What happened:** …, - **Why:** …, - **What to change:** …";
        Findings.None(wrong);
    }

    /// <summary>A check that only ever says <c>ok</c> has nothing to explain.</summary>
    [Fact]
    public void Every_check_of_the_doctor_is_explained_by_its_name_in_the_same_three_parts()
    {
        var checks =
            from file in Repository.Files("src/Gatehouse.Cli/Doctor", ".cs")
            from Match match in Check().Matches(Repository.Read(file))
            select match.Groups["name"].Value.TrimEnd();
        var explained = CheckEntry().Matches(Repository.Read("docs/errors/doctor.md")).Select(match => match.Groups["name"].Value);
        Assert.Equal(checks.Distinct().Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_to_a_number_leads_to_where_it_is_explained()
    {
        var wrong =
            from document in Snippets.Documents
            from Match link in NumberLink().Matches(Repository.Read(document))
            let page = link.Groups["page"].Value is { Length: > 0 } named ? $"docs/errors/{named}.md" : document
            where page != PageOf(int.Parse(link.Groups["id"].Value)) || !Heading().Matches(Repository.Read(page)).Any(match => match.Groups["id"].Value == link.Groups["id"].Value)
            select $"{document}: {link.Value}";
        Findings.None(wrong);
    }

    private static IEnumerable<(string File, string Text)> Pages => Repository.Files("docs/errors", ".md").Select(file => (file, Repository.Read(file)));

    private static string PageOf(int id) => $"docs/errors/{id / 100 * 100}.md";

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(?<id>\d+), (?:Level = )?LogLevel\.(?<level>\w+)")]
    private static partial Regex Message();

    [GeneratedRegex(@"\(gatehouse explain (?<id>\d{4})\)")]
    private static partial Regex Reference();

    // The tool's own, which Terminal ends with the reference.
    [GeneratedRegex(@"\b(?:Refuse|Usage|Problem)\((?<id>8\d{3}), ")]
    private static partial Regex ToolRefusal();

    [GeneratedRegex(@"^.*(?:\b(?:Refuse|Usage|Problem)\((?!8\d{3}, )|ExitCode\.Usage|Console\.Error\.).*$", RegexOptions.Multiline)]
    private static partial Regex UnnumberedRefusal();

    // To the end of the statement: what is thrown or collected before the app runs.
    [GeneratedRegex(@"(?:new (?:SettingsException|GatehouseDatabaseException)\(|(?:failures|problems)\.Add\()\$?\s*\$?"".+?""[^""]*;\r?$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Stops();

    // What Program.cs calls, or should.
    [GeneratedRegex(@"new (?:InvalidOperation|Argument)Exception\(\s*\$?""(?=[^;]*?(?:\b(?:Use|Add|Persist)[A-Z]|Gatehouse:|\bRegister ))[^;]*;")]
    private static partial Regex WrongCall();

    // A whole sentence about an option, outside of a comment and of a log message.
    [GeneratedRegex(@"^(?!\s*//|.*LoggerMessage|.*description:).*""Gatehouse:[^"" ]+ (?:[^""\\\n]|\\.|(?<=\{[^}]*)"")*\.(?: \(gatehouse explain \d{4}\))?"".*$", RegexOptions.Multiline)]
    private static partial Regex OptionSentence();

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex AnyMessage();

    [GeneratedRegex(@"^##+ (?<id>\d{4})$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^##+ (?<id>\d{4})\n\n(?<level>\w+)\n\n- \*\*What happened:\*\* \S.*\n- \*\*Why:\*\* \S.*\n- \*\*What to change:\*\* \S.*$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    // What its name continues with (a client, a node) is not part of what is looked up.
    [GeneratedRegex(@"(?:Check\.(?:Warn|Fail)|Clock|Judge)\(\$?""(?<name>[a-z][a-z -]+)")]
    private static partial Regex Check();

    [GeneratedRegex(@"^## (?<name>[a-z -]+)\n\n(?:warn|fail)\n\n- \*\*What happened:\*\* \S.*\n- \*\*Why:\*\* \S.*\n- \*\*What to change:\*\* \S.*$", RegexOptions.Multiline)]
    private static partial Regex CheckEntry();

    [GeneratedRegex(@"\((?:\.\./)?(?:docs/)?(?:errors/)?(?:(?<page>\d{4})\.md)?#(?<id>\d{4})\)")]
    private static partial Regex NumberLink();
}
