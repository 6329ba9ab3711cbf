using System.CommandLine;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;

namespace Gatehouse.Cli.Commands;

internal static class UsersCreateCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var name = new Argument<string>("username");
        var password = new Option<string?>("--password") { Description = "At least 8 characters. - reads it from the input.", HelpName = "password" };
        var email = new Option<string?>("--email") { Description = "The e-mail address.", HelpName = "address" };
        var verified = new Option<bool>("--email-verified") { Description = "The address is known to be theirs." };
        var fullName = new Option<string?>("--name") { Description = "The full name, as clients show it.", HelpName = "name" };
        var administrator = new Option<bool>("--administrator") { Description = "May manage users in the browser." };
        var command = new Command("create", "Makes a user of the standalone server. For all of the standard claims, use `users import`.") { name, password, email, verified, fullName, administrator };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Migrate, (database, ct) => database.WithUsersAsync(terminal, Readiness.Migrate, async users =>
        {
            var userName = parsed.GetValue(name)!;
            if (await users.FindAsync(userName) is not null) return terminal.Refuse(8031, $"There is a user '{userName}' already. Choose another name, or change that user with `gatehouse users import`.");
            var change = await users.ApplyAsync(new()
            {
                Username = userName,
                Password = await terminal.ReadSecretAsync(parsed.GetValue(password), ct),
                Email = parsed.GetValue(email),
                EmailVerified = parsed.GetValue(verified),
                Name = parsed.GetValue(fullName),
                Administrator = parsed.GetValue(administrator),
            }, ct);
            if (change.User is not { } user) return terminal.Refuse(8032, string.Join(' ', change.Problems));
            await database.TakeDownAsync(terminal, AuditType.UserChanged, null, user.Id, ct, ("what", "created"));
            if (parsed.GetValue(options.Json)) terminal.Json(UserJson.Of(user));
            else terminal.Line($"Made user {user.UserName} ({user.Id}).");
            if (parsed.GetValue(password) is null) terminal.Note($"They have no password yet. Set one with `gatehouse users set-password {user.UserName}`.");
            return ExitCode.Ok;
        }, ct), ct));
        return command;
    }
}
