using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Keys;

namespace Gatehouse.Cli.Commands;

internal static class KeysListCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var command = new Command("list", "Lists the signing keys, oldest first, with what each does now.");
        command.SetAction((parsed, ct) => KeysCommand.RunAsync(options, parsed, terminal, async (keys, ct) =>
        {
            var stored = await keys.Store.ListAsync(ct);
            if (parsed.GetValue(options.Json)) terminal.Json(new JsonArray([.. stored.Select(key => KeyJson.Of(key, stored, keys))]));
            else if (stored.Count == 0) terminal.Note("There are no keys. The app makes the first when it starts.");
            else terminal.Table(["kid", "alg", "state", "made", "signs from", "forgotten"], stored.Select(key => KeyJson.Row(key, stored, keys)));
            return ExitCode.Ok;
        }, ct));
        return command;
    }
}
