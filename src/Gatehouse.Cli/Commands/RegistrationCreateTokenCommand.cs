using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Registration;

namespace Gatehouse.Cli.Commands;

internal static class RegistrationCreateTokenCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var uses = new Option<int?>("--uses") { Description = "How many clients can be registered with it. Default: any number.", HelpName = "number" };
        var expires = ExpiryOption.New("When it stops working: a number of days, or a date. Default: never.");
        var command = new Command("create-token", "Makes an initial access token and shows it, once.") { uses, expires };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Migrate, async (database, ct) =>
        {
            var now = database.Clock.GetUtcNow();
            if (!expires.TryRead(parsed, now, out var expiresAt, out var problem)) return terminal.Usage(8060, problem);
            if (parsed.GetValue(uses) is < 1) return terminal.Usage(8063, "--uses must be at least 1. Leave it out for any number.");
            var token = await InitialAccessToken.NewAsync(database.Protocol, parsed.GetValue(uses), now, expiresAt, ct);
            var answer = new JsonObject
            {
                ["id"] = token.Id,
                ["initial_access_token"] = token.Reveal(),
                ["uses"] = parsed.GetValue(uses),
                ["expires_at"] = expiresAt?.ToUnixTimeSeconds() ?? 0,
            };
            if (parsed.GetValue(options.Json)) terminal.Json(answer);
            else ClientJson.Print(terminal, answer);
            terminal.Note("The token is shown this once; only its hash is stored. It is of use where Gatehouse:Registration:Enabled is true.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
