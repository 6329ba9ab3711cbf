using Gatehouse.Cli.App;
using Gatehouse.Cli.Keys;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Doctor;

/// <summary>Do the signing keys change when they should? If not, no node looks after them.</summary>
internal static class KeyChecks
{
    /// <summary>An app that starts once a week is no finding.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(7);

    public static async Task<IReadOnlyList<Check>> RunAsync(AppDatabase database, CancellationToken ct)
    {
        // What is wrong with the options is said where options are checked.
        if (!AppKeys.TryOpen(database, out var keys, out _)) return [];
        var stored = await keys.Store.ListAsync(ct);
        var signers = stored.Select(key => key.Algorithm).Distinct().Select(algorithm => keys.SignerOf(algorithm, stored)).OfType<StoredKey>().ToList();
        var late = signers.Where(key => key.ActivatesAt + keys.Options.RotationInterval + Tolerance < keys.Now).ToList();
        return late.Count > 0
            ? [.. late.Select(key => Check.Warn($"signing key {key.Id}", $"signs {key.Algorithm} since {KeyJson.Text(key.ActivatesAt)}, longer than Gatehouse:Keys:RotationInterval", "A running app replaces it. See that one runs on this database, and its log for event 1203."))]
            : [Check.Ok("signing keys", stored.Count == 0 ? "none yet; the app makes the first when it starts" : $"{stored.Count} {(stored.Count == 1 ? "key" : "keys")}; {string.Join(", ", signers.Select(key => key.Algorithm))} can be signed with")];
    }
}
