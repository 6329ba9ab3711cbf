using System.CommandLine;
using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Commands;

internal static class ClientsShowCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var id = new Argument<string>("client_id");
        var command = new Command("show", "Shows a client and when its secrets were made and expire.") { id };
        command.SetAction((parsed, ct) => AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
        {
            if ((database.Configured.Find(parsed.GetValue(id)!) ?? await database.Clients.FindAsync(parsed.GetValue(id)!, ct)) is not { } client) return terminal.NoClient(parsed.GetValue(id)!);
            var json = ClientJson.Of(client);
            if (parsed.GetValue(options.Json))
            {
                json["secrets"] = ClientJson.Secrets(client);
                terminal.Json(json);
                return ExitCode.Ok;
            }
            ClientJson.Print(terminal, json);
            if (client.Secrets.Count > 0)
                terminal.Table(["secret", "algorithm", "created", "expires"], client.Secrets.Select(secret => (string[])
                    [secret.Id, secret.Algorithm, ClientJson.Date(secret.CreatedAt, "-"), ClientJson.Date(secret.ExpiresAt, "never")]));
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
