using System.CommandLine;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Server.Users;

namespace Gatehouse.Cli.Commands;

/// <summary>What takes a user and nothing else.</summary>
internal static class UsersChangeCommand
{
    public static Command Disable(GlobalOptions options, Terminal terminal) =>
        Create(options, terminal, "disable", "Refuses a user from now on, and ends every token, code and sign-in of theirs at once.", (users, user, ct) => users.DisableAsync(user, ct));

    public static Command Enable(GlobalOptions options, Terminal terminal) =>
        Create(options, terminal, "enable", "Undoes `disable`. What was ended stays ended.", (users, user, _) => users.EnableAsync(user));

    public static Command Delete(GlobalOptions options, Terminal terminal) =>
        Create(options, terminal, "delete", "Removes a user for good, and ends all that they hold. To be able to go back, use `disable`.", (users, user, ct) => users.DeleteAsync(user, ct));

    private static Command Create(GlobalOptions options, Terminal terminal, string verb, string description, Func<UserDirectory, ServerUser, CancellationToken, Task> change)
    {
        var name = new Argument<string>("username") { Description = "The user name, or the subject." };
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, (database, ct) => database.WithUsersAsync(terminal, Readiness.Required, async users =>
        {
            if (await users.FindAsync(parsed.GetValue(name)!) is not { } user) return terminal.NoUser(parsed.GetValue(name)!);
            await change(users, user, ct);
            await database.TakeDownAsync(terminal, AuditType.UserChanged, null, user.Id, ct, ("what", verb));
            if (parsed.GetValue(options.Json)) terminal.Json(UserJson.Of(user));
            else terminal.Line($"{char.ToUpperInvariant(verb[0])}{verb[1..].TrimEnd('e')}ed user {user.UserName} ({user.Id}).");
            return ExitCode.Ok;
        }, ct), ct));
        return command;
    }
}
