using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Commands;

internal static class ClientsCreateCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var metadata = new MetadataOptions();
        var id = new Option<string?>("--client-id") { Description = "An id of your own. Default: a random one.", HelpName = "id" };
        var expires = ExpiryOption.New("When its secret stops working: a number of days, or a date. Default: never.");
        var command = new Command("create", "Registers a client and shows its secret, once. Creates the database if need be.") { id, expires };
        metadata.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var json = new JsonObject();
            return metadata.TryApply(parsed, json, out var problem)
                ? AppDatabase.RunAsync(options, parsed, terminal, Readiness.Migrate, (database, ct) =>
                    expires.TryRead(parsed, database.Clock.GetUtcNow(), out var expiresAt, out problem)
                        ? CreateAsync(database, terminal, parsed.GetValue(options.Json), parsed.GetValue(id) ?? ClientRegistration.NewId(), json, expiresAt, ct)
                        : Task.FromResult(terminal.Usage(8060, problem)), ct)
                : Task.FromResult(terminal.Usage(8061, problem));
        });
        return command;
    }

    private static async Task<int> CreateAsync(
        AppDatabase database, Terminal terminal, bool asJson, string id, JsonObject metadata, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        if (!database.Validator.TryParse(id, JsonElement.Parse(metadata.ToJsonString()), out var client, out var errors))
            return terminal.Refuse(8000, errors);
        var now = database.Clock.GetUtcNow();
        client = client with { CreatedAt = now };
        var secret = client.IsPublic ? null : ClientRegistration.NewSecret(now, expiresAt);
        if (secret is not null) client = ClientRegistration.WithSecret(client, secret.Stored);
        if (!await database.Clients.TryCreateAsync(client, ct))
            return terminal.Refuse(8003, $"There is a client '{id}' already. Change it with `gatehouse clients update`, or leave --client-id out.");
        await database.TakeDownAsync(terminal, AuditType.ClientCreated, client.Id, null, ct);
        var answer = ClientJson.Of(client, secret);
        if (asJson) terminal.Json(answer);
        else ClientJson.Print(terminal, answer);
        if (secret is not null) terminal.Note("The secret is shown this once; only its hash is stored.");
        return ExitCode.Ok;
    }
}
