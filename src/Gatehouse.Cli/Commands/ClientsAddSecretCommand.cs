using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Commands;

internal static class ClientsAddSecretCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var id = new Argument<string>("client_id");
        var expires = ExpiryOption.New("When it stops working: a number of days, or a date. Default: never.");
        var command = new Command("add-secret", "Adds a secret and shows it, once. The others keep working, so deployments can change over one by one.") { id, expires };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            var now = database.Clock.GetUtcNow();
            if (!expires.TryRead(parsed, now, out var expiresAt, out var problem)) return terminal.Usage(8060, problem);
            if (await database.Clients.FindAsync(parsed.GetValue(id)!, ct) is not { } client) return database.NoClient(terminal, parsed.GetValue(id)!);
            if (client.IsPublic)
                return terminal.Refuse(8004, $"Client '{client.Id}' is public and has no secrets. Make it confidential first: `gatehouse clients update {client.Id} --auth-method client_secret_basic`.");
            var secret = ClientRegistration.NewSecret(now, expiresAt);
            if (!await database.Clients.TryUpdateAsync(ClientRegistration.WithSecret(client, secret.Stored), ct)) return database.NoClient(terminal, client.Id);
            await database.TakeDownAsync(terminal, AuditType.ClientChanged, client.Id, null, ct, ("what", $"secret {secret.Stored.Id} added"));
            var answer = new JsonObject
            {
                ["client_id"] = client.Id,
                ["client_secret"] = secret.Reveal,
                ["client_secret_expires_at"] = expiresAt?.ToUnixTimeSeconds() ?? 0,
                ["secret_id"] = secret.Stored.Id,
            };
            if (parsed.GetValue(options.Json)) terminal.Json(answer);
            else ClientJson.Print(terminal, answer);
            terminal.Note("The secret is shown this once; only its hash is stored. Remove the old one with `gatehouse clients remove-secret` when nobody uses it.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
