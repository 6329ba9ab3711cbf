using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Commands;

internal static class ClientsListCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("list", "Lists the clients in order of their id, also those that the app's configuration declares.");
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            var clients = await database.ListClientsAsync(ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonArray([.. clients.Select(client => Json(database, client))]));
            else if (clients.Count == 0) terminal.Note("There are no clients. Register one with `gatehouse clients create`.");
            else
                terminal.Table(["client_id", "client_name", "auth method", "grant_types", "scope", "enabled", "declared in"], clients.Select(client => (string[])
                [
                    client.Id, client.Name ?? "-", client.TokenEndpointAuthMethod, string.Join(' ', client.GrantTypes), client.Scope, client.Enabled ? "yes" : "no", Source(database, client),
                ]));
            return ExitCode.Ok;
        }, ct));
        return command;
    }

    private static JsonObject Json(AppDatabase database, Client client)
    {
        var json = ClientJson.Of(client);
        json["source"] = Source(database, client);
        return json;
    }

    private static string Source(AppDatabase database, Client client) => database.Configured.Find(client.Id) is null ? "database" : "configuration";
}
