using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Commands;

internal static class ClientsUpdateCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var metadata = new MetadataOptions();
        var id = new Argument<string>("client_id");
        var unset = new Option<string[]>("--unset") { Description = "A member to put back to its default; repeatable.", HelpName = "key" };
        var disable = new Option<bool>("--disable") { Description = "Refuse the client and its tokens everywhere." };
        var enable = new Option<bool>("--enable") { Description = "Undo --disable." };
        var command = new Command("update", "Changes a client. What is not named stays; a list that is named replaces the whole list.") { id, unset, disable, enable };
        metadata.AddTo(command);
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            if (await database.Clients.FindAsync(parsed.GetValue(id)!, ct) is not { } client) return database.NoClient(terminal, parsed.GetValue(id)!);
            var json = ClientMetadata.Write(client);
            foreach (var key in parsed.GetValue(unset) ?? []) json.Remove(key);
            if (!metadata.TryApply(parsed, json, out var problem)) return terminal.Usage(8061, problem);
            if (parsed.GetValue(disable) && parsed.GetValue(enable)) return terminal.Usage(8062, "--enable and --disable are both given. Leave one of them out.");
            if (parsed.GetValue(disable) || parsed.GetValue(enable)) json["enabled"] = parsed.GetValue(enable);
            return await UpdateAsync(database, terminal, parsed.GetValue(options.Json), client, json, ct);
        }, ct));
        return command;
    }

    private static async Task<int> UpdateAsync(AppDatabase database, Terminal terminal, bool asJson, Client client, JsonObject metadata, CancellationToken ct)
    {
        if (!database.Validator.TryParse(client.Id, JsonElement.Parse(metadata.ToJsonString()), out var updated, out var errors))
            return terminal.Refuse(8000, errors);
        // A public client has no use for secrets; one that becomes confidential has none yet.
        updated = updated with { CreatedAt = client.CreatedAt, Secrets = updated.IsPublic ? [] : client.Secrets };
        var secret = !updated.IsPublic && updated.Secrets.Count == 0 ? ClientRegistration.NewSecret(database.Clock.GetUtcNow(), null) : null;
        if (secret is not null) updated = ClientRegistration.WithSecret(updated, secret.Stored);
        if (!await database.Clients.TryUpdateAsync(updated, ct)) return database.NoClient(terminal, client.Id);
        await database.TakeDownAsync(terminal, AuditType.ClientChanged, client.Id, null, ct, ("what", "metadata"));
        var answer = ClientJson.Of(updated, secret);
        if (asJson) terminal.Json(answer);
        else ClientJson.Print(terminal, answer);
        if (secret is not null) terminal.Note("The client had no secret. The new one is shown this once; only its hash is stored.");
        if (client.Secrets.Count > updated.Secrets.Count) terminal.Note("The client is public now; its secrets were removed.");
        return ExitCode.Ok;
    }
}
