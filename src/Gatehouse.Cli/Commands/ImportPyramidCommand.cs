using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Import;

namespace Gatehouse.Cli.Commands;

internal static class ImportPyramidCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var source = new Option<string>("--database") { Description = "Its SQLite file, its sqlalchemy.url, or a connection string.", HelpName = "file|url|string", Required = true };
        var salt = new Option<string?>("--salt") { Description = "Its oauth2_provider.salt setting, as it stands there (base64). - reads it from the input.", HelpName = "base64" };
        var scope = new Option<string?>("--scope") { Description = "Which scopes the clients may have; that provider knew none. Default: none.", HelpName = "scopes" };
        var command = new Command("pyramid", "Copies the clients of pyramid_oauth2_provider 0.2 with their secrets and redirect URIs. Safe to repeat.") { source, salt, scope };
        command.SetAction(async (parsed, ct) =>
        {
            byte[]? bytes = null;
            if (parsed.GetValue(salt) is { } setting && !PyramidSalt.TryDecode(await terminal.ReadSecretAsync(setting, ct), out bytes))
                return terminal.Usage(8050, "--salt is not base64. Copy the value of oauth2_provider.salt from the .ini file as it stands.");
            if (!PyramidSource.TryLocate(parsed.GetValue(source)!, Directory.GetCurrentDirectory(), out var location, out var problem)) return terminal.Usage(8051, $"--database: {problem}");
            return await AppDatabase.RunAsync(options, parsed, terminal, Readiness.Migrate, async (database, ct) =>
            {
                var (clients, problem) = await new PyramidDatabase(location).ReadAsync(bytes is not null, ct);
                if (clients is null) return terminal.Refuse(8052, problem!);
                var import = new PyramidImport(database.Clients, database.Validator, bytes, parsed.GetValue(scope) ?? "", database.Clock.GetUtcNow());
                var results = new List<ImportedClient>();
                foreach (var client in clients) results.Add(await import.ImportAsync(client, ct));
                Report(terminal, parsed.GetValue(options.Json), results);
                return results.Exists(result => result.Result == "refused") ? ExitCode.Refused : ExitCode.Ok;
            }, ct);
        });
        return command;
    }

    private static void Report(Terminal terminal, bool asJson, List<ImportedClient> results)
    {
        string[] notes =
        [
            "Live tokens were not imported: they are stored in clear there. Users sign in once more.",
            "Each imported secret stays an scrypt hash until its first successful use, which replaces it by ours.",
            .. results.Exists(result => result.Result != "exists" && result.RedirectUris.Count > 0)
                ? ["Clients with redirect URIs may use authorization_code without PKCE (require_pkce is false). Once a client sends a challenge: `gatehouse clients update ID --set require_pkce=true`."]
                : Array.Empty<string>(),
        ];
        if (asJson)
            terminal.Json(new JsonObject
            {
                ["clients"] = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
                {
                    ["client_id"] = result.ClientId,
                    ["result"] = result.Result,
                    ["redirect_uris"] = DatabaseStatusCommand.Array(result.RedirectUris),
                    ["refused"] = DatabaseStatusCommand.Array(result.Refused),
                })]),
                ["notes"] = DatabaseStatusCommand.Array(notes),
            });
        else
        {
            terminal.Table(["client_id", "result", "redirect_uris", "not imported"], results.Select(result => (string[])
                [result.ClientId, result.Result, string.Join('\n', result.RedirectUris), string.Join('\n', result.Refused)]));
            foreach (var note in notes) terminal.Note(note);
        }
        foreach (var result in results.Where(result => result.Result == "refused")) terminal.Problem(8053, $"client {result.ClientId} was not imported: {string.Join("; ", result.Refused)}");
    }
}
