using System.CommandLine;
using System.Text.RegularExpressions;

namespace Gatehouse.Load;

/// <summary>How long, and what.</summary>
/// <param name="Amount">Of what has to be a certain number: all, or a part that only shows that it works.</param>
internal sealed record Options(double Seconds, int Runs, int WarmUps, double Amount, string[] Parts, Regex? Only, Target[] Targets, bool UpdateDocs)
{
    public static readonly string[] AllParts = ["rows", "nodes", "start-up", "memory", "overload", "redis"];

    public bool Includes(string part) => Parts.Contains(part);

    public bool Includes(Target target, Row row) => Only is null || Only.IsMatch($"{target.Name}/{row.Name}");

    public static RootCommand Command(Func<Options, Task<int>> run)
    {
        var quick = new Option<bool>("--quick") { Description = "One run of one second and little warm-up: shows that everything works, measures nothing." };
        var parts = new Option<string[]>("--parts") { Description = "Which of the tables: " + string.Join(", ", AllParts) + ".", DefaultValueFactory = _ => AllParts, AllowMultipleArgumentsPerToken = true };
        parts.AcceptOnlyFromAmong(AllParts);
        var only = new Option<string?>("--only") { Description = "Only rows, and of these what a regular expression over target/row matches, such as 'gatehouse.*/refresh'." };
        var targets = new Option<string>("--targets") { Description = "A regular expression over the targets' names; by default all that keep what they issue. There are: " + string.Join(", ", Target.All.Select(target => target.Name)), DefaultValueFactory = _ => "^(?!gatehouse-memory)" };
        var seconds = new Option<double>("--seconds") { Description = "The length of a run.", DefaultValueFactory = _ => 2 };
        var runs = new Option<int>("--runs") { Description = "Runs per row, of which the median is shown.", DefaultValueFactory = _ => 3 };
        var updateDocs = new Option<bool>("--update-docs") { Description = "Put the tables into docs/performance.md, docs/overload.md and docs/redis.md." };

        var command = new RootCommand("Measures Gatehouse beside the bare endpoint, OpenIddict and oidc-provider.") { quick, parts, only, targets, seconds, runs, updateDocs };
        command.SetAction(result => run(new(
            result.GetValue(quick) ? 1 : result.GetValue(seconds),
            result.GetValue(quick) ? 1 : result.GetValue(runs),
            result.GetValue(quick) ? 1 : 6,
            result.GetValue(quick) ? 0.02 : 1,
            result.GetValue(only) is null ? result.GetValue(parts)! : ["rows"],
            result.GetValue(only) is { } pattern ? new Regex(pattern) : null,
            [.. Target.All.Where(target => Regex.IsMatch(target.Name, result.GetValue(targets)!))],
            result.GetValue(updateDocs))));
        return command;
    }
}
