using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Explain;

namespace Gatehouse.Cli.Commands;

internal static class ExplainCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var number = new Argument<int>("number") { Description = "The number (event id), as the log has it." };
        var command = new Command("explain", "What a number in the log means: what happened, why, and what to change.") { number };
        command.SetAction(parsed =>
        {
            var id = parsed.GetValue(number);
            if (Explanation.Find(id) is not { } found) return terminal.Refuse($"Nothing in this version of Gatehouse logs {id}. For a newer one: dotnet tool update Gatehouse.Cli.");
            if (parsed.GetValue(options.Json))
                terminal.Json(new JsonObject { ["id"] = id, ["level"] = found.Level, ["what_happened"] = found.WhatHappened, ["why"] = found.Why, ["what_to_change"] = found.WhatToChange, ["document"] = found.Document });
            else
            {
                terminal.Line($"{id} ({found.Level})");
                terminal.Line($"What happened:  {found.WhatHappened}");
                terminal.Line($"Why:            {found.Why}");
                terminal.Line($"What to change: {found.WhatToChange}");
                terminal.Line(found.Document);
            }
            return ExitCode.Ok;
        });
        return command;
    }
}
