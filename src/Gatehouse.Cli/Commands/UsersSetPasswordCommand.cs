using System.CommandLine;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;

namespace Gatehouse.Cli.Commands;

internal static class UsersSetPasswordCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var name = new Argument<string>("username") { Description = "The user name, or the subject." };
        var password = new Option<string>("--password") { Description = "At least 8 characters. - reads it from the input.", HelpName = "password", DefaultValueFactory = _ => "-" };
        var command = new Command("set-password", "Sets a user's password, unlocks the account, and ends every token and sign-in that the old one gave.") { name, password };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, (database, ct) => database.WithUsersAsync(terminal, Readiness.Required, async users =>
        {
            if (await users.FindAsync(parsed.GetValue(name)!) is not { } user) return terminal.NoUser(parsed.GetValue(name)!);
            var problems = await users.SetPasswordAsync(user, await terminal.ReadSecretAsync(parsed.GetValue(password), ct) ?? "", ct);
            if (problems.Count > 0) return terminal.Refuse(8032, string.Join(' ', problems));
            await database.TakeDownAsync(terminal, AuditType.UserChanged, null, user.Id, ct, ("what", "password set"));
            if (parsed.GetValue(options.Json)) terminal.Json(UserJson.Of(user));
            else terminal.Line($"Set the password of {user.UserName} ({user.Id}).");
            return ExitCode.Ok;
        }, ct), ct));
        return command;
    }
}
