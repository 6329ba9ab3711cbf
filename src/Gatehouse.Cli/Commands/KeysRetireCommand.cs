using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Keys;

namespace Gatehouse.Cli.Commands;

internal static class KeysRetireCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var kid = new Argument<string>("kid");
        var command = new Command("retire", "Takes a key out of use, for good and at once: it leaves the key document, and tokens that it signed are refused. For a key that leaked.") { kid };
        command.SetAction((parsed, ct) => KeysCommand.RunAsync(options, parsed, terminal, async (keys, ct) =>
        {
            var id = parsed.GetValue(kid)!;
            var stored = await keys.Store.ListAsync(ct);
            if (stored.FirstOrDefault(key => key.Id == id) is not { } key) return terminal.Refuse(8011, $"There is no key '{id}'. List them with `gatehouse keys list`.");
            var signed = keys.SignerOf(key.Algorithm, stored)?.Id == id;
            if (!await keys.Store.TryRetireAsync(id, keys.Now, ct)) return terminal.Refuse(8012, $"Key '{id}' is retired already.");
            await keys.TakeDownAsync(terminal, AuditType.KeyChanged, id, "retired", ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["kid"] = id, ["signed"] = signed });
            else terminal.Line($"Retired key {id}. Running nodes refuse its tokens within a second.");
            terminal.Note("Resource servers that keep the key document go on taking its tokens until they read it again: 5 minutes if they heed its max-age, up to a day if they do not.");
            if (signed) terminal.Note($"It signed {key.Algorithm}. Another key takes over; if none was published, the nodes make one that signs at once.");
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
