using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Server.Users;

namespace Gatehouse.Cli.Commands;

internal static class UsersImportCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var file = new Argument<FileInfo>("file") { Description = "A JSON array of users, by the names of Gatehouse:Users." };
        var command = new Command("import", "Makes the users of a file, or makes existing ones as it says. Safe to repeat.") { file };
        command.SetAction(async (parsed, ct) =>
        {
            List<UserDeclaration> declared;
            try
            {
                await using var stream = parsed.GetValue(file)!.OpenRead();
                declared = await JsonSerializer.DeserializeAsync(stream, UsersJson.Default.ListUserDeclaration, ct) ?? [];
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                return terminal.Usage(8033, $"{parsed.GetValue(file)!.Name}: {e.Message}");
            }
            return await AppDatabase.RunAsync(options, parsed, terminal, Readiness.Migrate, (database, ct) => database.WithUsersAsync(terminal, Readiness.Migrate, async users =>
            {
                var changes = new List<(string UserName, UserChange Change)>();
                foreach (var user in declared) changes.Add((user.Username, await users.ApplyAsync(user, ct)));
                foreach (var (_, change) in changes)
                    if (change.User is { } user) await database.TakeDownAsync(terminal, AuditType.UserChanged, null, user.Id, ct, ("what", change.Result));
                Report(terminal, parsed.GetValue(options.Json), changes);
                return changes.Exists(each => each.Change.IsRefused) ? ExitCode.Refused : ExitCode.Ok;
            }, ct), ct);
        });
        return command;
    }

    private static void Report(Terminal terminal, bool asJson, List<(string UserName, UserChange Change)> changes)
    {
        if (asJson)
            terminal.Json(new JsonArray([.. changes.Select(each => (JsonNode)new JsonObject
            {
                ["username"] = each.UserName, ["sub"] = each.Change.User?.Id, ["result"] = each.Change.Result,
            })]));
        else terminal.Table(["username", "sub", "result"], changes.Select(each => (string[])[each.UserName, each.Change.User?.Id ?? "-", each.Change.Result]));
        foreach (var (userName, change) in changes.Where(each => each.Change.IsRefused)) terminal.Problem(8034, $"user {userName} was not imported: {string.Join(' ', change.Problems)}");
    }
}
