using System.CommandLine;
using Gatehouse.Cli.App;
using Gatehouse.Registration;

namespace Gatehouse.Cli.Commands;

internal static class RegistrationRevokeTokenCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "The id that create-token showed, and that the log calls it by." };
        var command = new Command("revoke-token", "Ends an initial access token. Clients that were registered with it stay.") { id };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            if (await database.Protocol.FindAsync(parsed.GetValue(id)!, ct) is not { Kind: InitialAccessToken.Kind } token)
                return terminal.Refuse(8020, $"There is no initial access token '{parsed.GetValue(id)}': it was never made here, has been revoked, or has expired.");
            await database.Protocol.RevokeFamilyAsync(token.FamilyId, database.Clock.GetUtcNow(), ct);
            terminal.Line($"Initial access token {token.Id} is revoked.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
