using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Commands;

internal static class ClientsRemoveSecretCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var id = new Argument<string>("client_id");
        var secretId = new Argument<string>("secret_id") { Description = "As `clients show` lists it." };
        var command = new Command("remove-secret", "Removes a secret; it is refused within a second, on every node.") { id, secretId };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            var (clientId, secret) = (parsed.GetValue(id)!, parsed.GetValue(secretId)!);
            if (await database.Clients.FindAsync(clientId, ct) is not { } client) return database.NoClient(terminal, clientId);
            if (ClientRegistration.WithoutSecret(client, secret) is not { } updated)
                return terminal.Refuse(8005, $"Client '{clientId}' has no secret '{secret}'. List them with `gatehouse clients show {clientId}`.");
            if (!await database.Clients.TryUpdateAsync(updated, ct)) return database.NoClient(terminal, clientId);
            await database.TakeDownAsync(terminal, AuditType.ClientChanged, clientId, null, ct, ("what", $"secret {secret} removed"));
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["client_id"] = clientId, ["secret_id"] = secret, ["removed"] = true, ["secrets_left"] = updated.Secrets.Count });
            else terminal.Line($"Removed secret {secret} of client {clientId}; {updated.Secrets.Count} left.");
            if (updated.Secrets.Count == 0) terminal.Note("That was the last one: the client cannot authenticate until it gets another by `gatehouse clients add-secret`.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
