using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Doctor;

namespace Gatehouse.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var server = new Option<string?>("--server") { Description = "A running server to check, for example https://app.example.", HelpName = "url" };
        var nodes = new Option<string[]>("--node") { Description = "A node of a cluster at its own address, past the proxy; give it once for each.", HelpName = "url" };
        var clientId = new Option<string?>("--client-id") { Description = "Play this client. Default: one that is made for the round trip and removed after it.", HelpName = "id" };
        var clientSecret = new Option<string?>("--client-secret") { Description = "Its secret. - reads it from the input.", HelpName = "secret" };
        var userName = new Option<string?>("--username") { Description = "Sign in as this user.", HelpName = "name" };
        var password = new Option<string?>("--password") { Description = "Their password. - reads it from the input.", HelpName = "password" };
        var scope = new Option<string?>("--scope") { Description = "Ask for these scopes.", HelpName = "scopes" };
        var api = new Option<string?>("--api") { Description = "Call this URL with the token, by GET.", HelpName = "url" };
        var command = new Command("doctor", "Checks configuration, database, clients and a running server, and says how to repair what is wrong. Exit code 1 if a check fails.")
        {
            server, nodes, clientId, clientSecret, userName, password, scope, api,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(server) is { } text && ReadUrl(text) is null) result.AddError("--server must be an http or https URL, for example https://app.example.");
            foreach (var node in result.GetValue(nodes) ?? [])
                if (ReadUrl(node) is null) result.AddError($"--node '{node}' must be an http or https URL, for example http://10.0.0.7:5090.");
            if (result.GetValue(userName) is null != result.GetValue(password) is null) result.AddError("--username and --password belong together.");
        });
        command.SetAction(async (parsed, ct) =>
        {
            if (!AppConfiguration.TryRead(parsed.GetValue(options.Config)!, parsed.GetValue(options.Environment), out var app, out var problem)) return terminal.Usage(8042, problem);
            var player = parsed.GetValue(userName) is not { } user ? null : new Player(
                parsed.GetValue(clientId) ?? "", await terminal.ReadSecretAsync(parsed.GetValue(clientSecret), ct), user,
                await terminal.ReadSecretAsync(parsed.GetValue(password), ct) ?? "", parsed.GetValue(scope));
            var haveDatabase = DatabaseLocation.TryFind(app, parsed.GetValue(options.Provider), parsed.GetValue(options.Connection), out var location, out problem);
            await using var database = haveDatabase ? AppDatabase.Open(app, location!) : null;
            using var probe = ReadUrl(parsed.GetValue(server)) is { } url ? new ServerProbe(url) : null;
            var probes = (parsed.GetValue(nodes) ?? []).Select(node => ServerProbe.OfNode(ReadUrl(node)!)).ToList();
            var checks = await new Examination(app, database, problem, probe, probes, player, parsed.GetValue(api)).RunAsync(ct);
            probes.ForEach(node => node.Dispose());
            Report(terminal, parsed.GetValue(options.Json), checks);
            return checks.Any(check => check.Status == "fail") ? ExitCode.Refused : ExitCode.Ok;
        });
        return command;
    }

    private static Uri? ReadUrl(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") ? url : null;

    private static void Report(Terminal terminal, bool asJson, IReadOnlyList<Check> checks)
    {
        var ok = checks.All(check => check.Status != "fail");
        if (asJson)
        {
            terminal.Json(new JsonObject
            {
                ["ok"] = ok,
                ["checks"] = new JsonArray([.. checks.Select(check => (JsonNode)new JsonObject
                {
                    ["name"] = check.Name, ["status"] = check.Status, ["detail"] = check.Detail, ["fix"] = check.Fix,
                })]),
            });
            return;
        }
        foreach (var check in checks)
        {
            terminal.Line($"{check.Status,-4}  {check.Name}: {check.Detail}");
            if (check.Fix is not null) terminal.Line($"      {check.Fix}");
        }
        terminal.Line(ok ? "Nothing failed." : checks.Count(check => check.Status == "fail") is var failed && failed == 1 ? "1 check failed." : $"{failed} checks failed.");
    }
}
