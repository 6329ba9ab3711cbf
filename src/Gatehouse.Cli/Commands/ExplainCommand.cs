using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Explain;

namespace Gatehouse.Cli.Commands;

internal static class ExplainCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var name = new Argument<string[]>("number") { Description = "The number (event id), as the log has it, or a check of the doctor, such as node keys.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("explain", "What a number in the log, or a finding of the doctor, means: what happened, why, and what to change.") { name };
        command.SetAction(parsed =>
        {
            var id = string.Join(' ', parsed.GetValue(name)!);
            if (Explanation.Find(id) is not { } found) return terminal.Refuse(8070, $"Nothing in this version of Gatehouse logs {id}, and no check of the doctor is called so. For a newer one: dotnet tool update Gatehouse.Cli.");
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
