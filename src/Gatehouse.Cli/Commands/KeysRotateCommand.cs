using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Keys;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Commands;

/// <summary>Asks the nodes rather than make the key here: only they are sure to seal it as all of them can open it.</summary>
internal static class KeysRotateCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var algorithm = KeysCommand.AlgorithmOption("Which key to replace. Default: ES256.");
        var now = new Option<bool>("--now") { Description = "The new key signs at once, before everybody knows it. Clients that do not ask again when they meet an unknown key refuse its tokens for a while." };
        var wait = new Option<int>("--wait") { Description = "How many seconds to wait for a running node to make the key. Default: 10.", HelpName = "seconds", DefaultValueFactory = _ => 10 };
        var command = new Command("rotate", "Has a new key made, which takes over when it has been published long enough.") { algorithm, now, wait };
        command.SetAction((parsed, ct) => KeysCommand.RunAsync(options, parsed, terminal, async (keys, ct) =>
        {
            var name = parsed.GetValue(algorithm) ?? Jwa.ES256;
            var stored = await keys.Store.ListAsync(ct);
            if (keys.SignerOf(name, stored) is not { } signer)
                return terminal.Refuse(8010, $"There is no key for {name} to replace. The app makes one when it first needs it, or at its start if Gatehouse:Keys:Algorithms names it.");
            var waiting = Published(keys, name, stored);
            if (waiting is null || parsed.GetValue(now))
            {
                await keys.Store.TryReplaceAsync(signer.Id, parsed.GetValue(now) ? KeyReplacement.AtOnce : KeyReplacement.Planned, ct);
                await keys.TakeDownAsync(terminal, AuditType.KeyChanged, signer.Id, parsed.GetValue(now) ? "replaced at once" : "to be replaced", ct);
            }

            var until = keys.Now.AddSeconds(parsed.GetValue(wait));
            StoredKey? successor;
            while ((successor = waiting ?? Newer(name, stored, await keys.Store.ListAsync(ct))) is null && keys.Now < until) await Task.Delay(Pause, ct);
            if (parsed.GetValue(options.Json))
                terminal.Json(new JsonObject { ["replaced"] = signer.Id, ["kid"] = successor?.Id, ["signs_from"] = successor is null ? null : SignsFrom(successor).ToUnixTimeSeconds() });
            else if (successor is not null) terminal.Line($"Key {successor.Id} is published and signs from {KeyJson.Text(SignsFrom(successor))}.");
            if (successor is null) terminal.Note("No node has made the key yet. The first one that runs does; see `gatehouse keys list`.");
            return ExitCode.Ok;

            DateTimeOffset SignsFrom(StoredKey key) => parsed.GetValue(now) && key.ActivatesAt > keys.Now ? keys.Now : key.ActivatesAt;
        }, ct));
        return command;
    }

    private static StoredKey? Published(AppKeys keys, string algorithm, IReadOnlyList<StoredKey> stored) =>
        stored.FirstOrDefault(key => key.Algorithm == algorithm && keys.Schedule.PhaseOf(key, stored, keys.Now) == KeyPhase.Published);

    private static StoredKey? Newer(string algorithm, IReadOnlyList<StoredKey> before, IReadOnlyList<StoredKey> after) =>
        after.LastOrDefault(key => key.Algorithm == algorithm && before.All(known => known.Id != key.Id));
}
