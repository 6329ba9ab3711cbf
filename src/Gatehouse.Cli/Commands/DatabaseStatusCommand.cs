using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Commands;

internal static class DatabaseStatusCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("status", "Says which migrations are applied, missing or unknown. Exit code 1 unless this version can work with the database.");
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.None, async (database, ct) =>
        {
            var status = await database.Schema.GetStatusAsync(ct);
            var inApp = await database.IsInAppContextAsync(status, ct);
            var usable = inApp || status.IsUsable;
            if (parsed.GetValue(options.Json))
                terminal.Json(new JsonObject
                {
                    ["provider"] = database.Location.Provider,
                    ["database"] = database.Location.Description,
                    ["current"] = inApp || status.IsCurrent,
                    ["usable"] = usable,
                    ["in_app_context"] = inApp,
                    ["applied"] = Array(status.Applied),
                    ["pending"] = Array(inApp ? [] : status.Pending),
                    ["unknown"] = Array(status.Unknown),
                });
            else
            {
                terminal.Line($"{database.Location.Provider}: {database.Location.Description}");
                if (inApp) terminal.Line("The tables live in a DbContext of the app, which migrates them.");
                else
                    terminal.Table(["migration", "state"],
                    [
                        .. status.Applied.Select(name => (string[])[name, "applied"]),
                        .. status.Pending.Select(name => (string[])[name, "missing: run `gatehouse database migrate`"]),
                        .. status.Unknown.Select(name => (string[])[name, status.IsUsable ? "unknown: the database is newer than this tool, which can work with it" : "unknown: the database is newer than this tool"]),
                    ]);
            }
            return usable ? ExitCode.Ok : ExitCode.Refused;
        }, ct));
        return command;
    }

    public static JsonArray Array(IEnumerable<string> names) => [.. names.Select(name => (JsonNode)name)];
}
