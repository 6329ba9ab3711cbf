using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Commands;

internal static class ClientsListCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("list", "Lists the clients in order of their id.");
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            var clients = await database.ListClientsAsync(ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonArray([.. clients.Select(ClientJson.Of)]));
            else if (clients.Count == 0) terminal.Note("There are no clients. Register one with `gatehouse clients create`.");
            else
                terminal.Table(["client_id", "client_name", "auth method", "grant_types", "scope", "enabled"], clients.Select(client => (string[])
                [
                    client.Id, client.Name ?? "-", client.TokenEndpointAuthMethod, string.Join(' ', client.GrantTypes), client.Scope, client.Enabled ? "yes" : "no",
                ]));
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
