using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Commands;

internal static class UsersListCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("list", "Lists the users of the standalone server by name.");
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, (database, ct) => database.WithUsersAsync(terminal, Readiness.Required, async users =>
        {
            var list = await users.ListAsync(ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonArray([.. list.Select(UserJson.Of)]));
            else if (list.Count == 0) terminal.Note("There are no users. Make one with `gatehouse users create`.");
            else
                terminal.Table(["username", "sub", "email", "administrator", "state"], list.Select(user => (string[])
                    [user.UserName!, user.Id, user.Email ?? "-", user.IsAdministrator ? "yes" : "no", user.DisabledAt is null ? "enabled" : "disabled"]));
            return ExitCode.Ok;
        }, ct), ct));
        return command;
    }
}
