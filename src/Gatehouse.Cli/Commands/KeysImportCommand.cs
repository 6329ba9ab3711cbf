using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Keys;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Commands;

internal static class KeysImportCommand
{
    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var file = new Argument<FileInfo>("file") { Description = "PEM, PKCS #8 or JWK." };
        var algorithm = KeysCommand.AlgorithmOption("What it signs with. Needed for RSA, unless a JWK says it.");
        var now = new Option<bool>("--now") { Description = "It signs at once, before everybody knows it: for a key that your clients know already." };
        var folder = new Option<DirectoryInfo?>("--data-protection-keys") { Description = "The app's Data Protection keys, if it has no Gatehouse:Keys:EncryptionKey. Default: those in its database, then those of your account.", HelpName = "folder" };
        var name = new Option<string?>("--application-name") { Description = "The app's Data Protection application name. Default: its folder, as in an app that sets none, or that of the standalone server.", HelpName = "name" };
        var command = new Command("import", "Adds a key from a file: EC on P-256, RSA of 2048 to 4096 bits, or Ed25519.") { file, algorithm, now, folder, name };
        command.SetAction((parsed, ct) => KeysCommand.RunAsync(options, parsed, terminal, async (keys, ct) =>
        {
            var path = parsed.GetValue(file)!;
            if (!path.Exists || path.Length > 64 * 1024) return terminal.Usage(8013, $"There is no key file '{path}'.");
            if (!TryRead(await File.ReadAllBytesAsync(path.FullName, ct), parsed.GetValue(algorithm), out var key, out var problem)) return terminal.Refuse(8014, problem);
            using (key)
            {
                string[] names = parsed.GetValue(name) is { } given ? [given] : [keys.Folder, keys.Folder + Path.DirectorySeparatorChar, "Gatehouse.Server"];
                StoredKey imported;
                IReadOnlyList<StoredKey> stored;
                do
                {
                    stored = await keys.Store.ListAsync(ct);
                    if (stored.Any(known => known.Id == key.Id)) return terminal.Refuse(8015, $"Key '{key.Id}' is there already.");
                    if (!AppSeal.TryFind(keys, stored, parsed.GetValue(folder), names, out var seal, out problem)) return terminal.Refuse(8016, problem);
                    var at = keys.Now;
                    imported = KeyMaker.Seal(key, seal, at, parsed.GetValue(now) ? at : at + keys.Options.PublicationLead);
                }
                while (!await keys.Store.TryAddAsync(imported, stored is [.., var newest] ? newest.Id : null, ct));
                await keys.TakeDownAsync(terminal, AuditType.KeyMade, imported.Id, "imported", ct);
                if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["kid"] = imported.Id, ["alg"] = imported.Algorithm, ["signs_from"] = imported.ActivatesAt.ToUnixTimeSeconds() });
                else terminal.Line($"Imported key {imported.Id} for {imported.Algorithm}. It is published within a second and signs from {KeyJson.Text(imported.ActivatesAt)}.");
                terminal.Note("Remove the file: whoever reads it can sign tokens.");
                return ExitCode.Ok;
            }
        }, ct));
        return command;
    }

    private static bool TryRead(byte[] file, string? algorithm, out SigningKey key, out string problem)
    {
        (key, problem) = (null!, "");
        try
        {
            key = PrivateKeyFile.Read(file, algorithm);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            problem = e is CryptographicException ? e.Message : "This is no private key in PKCS #8, PEM or JWK.";
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }
}
