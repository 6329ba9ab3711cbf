using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Commands;

internal static class DatabaseMigrateCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("migrate", "Creates the database, or brings it up to date, under a lock. Safe to repeat.");
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.None, async (database, ct) =>
        {
            if (await database.IsInAppContextAsync(await database.Schema.GetStatusAsync(ct), ct))
                return terminal.Refuse(8040, "The tables live in a DbContext of the app (AddEntityFrameworkStores). Migrate that one with `dotnet ef database update`.");
            var applied = await database.Schema.MigrateAsync(ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["database"] = database.Location.Description, ["applied"] = DatabaseStatusCommand.Array(applied) });
            else if (applied.Count == 0) terminal.Line($"{database.Location.Description} is up to date.");
            else terminal.Line($"Brought {database.Location.Description} up to date: {string.Join(", ", applied)}.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
