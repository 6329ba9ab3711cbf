using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;

namespace Gatehouse.Cli.Commands;

internal static class ClientsDeleteCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var id = new Argument<string>("client_id");
        var command = new Command("delete", "Removes a client for good, and ends everything that it holds. To be able to go back, use `update --disable`.") { id };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            var clientId = parsed.GetValue(id)!;
            if (!await database.Clients.TryDeleteAsync(clientId, ct)) return database.NoClient(terminal, clientId);
            // Its tokens are dead without their client, but must not come back to life with another one of the same id.
            var ended = await database.Protocol.RevokeFamiliesAsync(subject: null, clientId, database.Clock.GetUtcNow(), ct);
            await database.TakeDownAsync(terminal, AuditType.ClientDeleted, clientId, null, ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["client_id"] = clientId, ["deleted"] = true, ["authorizations_ended"] = ended });
            else terminal.Line($"Deleted client {clientId} and ended {ended} authorizations.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
