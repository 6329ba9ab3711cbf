namespace Gatehouse.Keys;

/// <summary>Where in its life a key is.</summary>
internal enum KeyPhase
{
    /// <summary>Everybody may learn it; it does not sign yet.</summary>
    Published,

    /// <summary>Its time to sign: the newest of these does.</summary>
    Signing,

    /// <summary>A newer one signs; this one verifies what it signed.</summary>
    Verifying,

    /// <summary>Everything that it signed has expired.</summary>
    Expired,

    /// <summary>Withdrawn by hand.</summary>
    Retired,
}

/// <summary>
/// The life of keys as a function of time: which one signs, which ones verify, when the next is due. No state and no I/O, so every node that sees the same keys and the same clock
/// comes to the same answer without talking to another.
/// </summary>
internal sealed class KeySchedule(KeyOptions options)
{
    private readonly TimeSpan interval = options.RotationInterval, lead = options.PublicationLead, retention = options.Retention ?? options.LeastRetention;

    /// <summary>For one algorithm: who signs, and from when a key that should be made now is to sign; null if none should.</summary>
    internal readonly record struct Turn(StoredKey? Signer, DateTimeOffset? NextSignsFrom);

    /// <param name="algorithm">Of which keys.</param>
    /// <param name="keys">All keys, in the order in which they were added.</param>
    /// <param name="opens">Whether this node can sign with a key.</param>
    /// <param name="now">The moment.</param>
    public Turn TurnOf(string algorithm, IReadOnlyList<StoredKey> keys, Func<StoredKey, bool> opens, DateTimeOffset now)
    {
        var alive = InOrder(algorithm, keys);
        var usable = alive.Where(opens).ToList();
        var newest = usable.LastOrDefault(key => key.ActivatesAt <= now);
        var next = usable.FirstOrDefault(key => key.ActivatesAt > now);
        // The next one is at least known to some, which a new key is to nobody.
        var signer = newest is null || (newest.Replacement == KeyReplacement.AtOnce && next is not null) ? next ?? newest : newest;
        if (signer is null || (signer.Replacement == KeyReplacement.AtOnce && signer.ActivatesAt <= now)) return new(signer, now);
        if (next is not null) return new(signer, null);

        var due = signer.ActivatesAt + interval;
        // Nodes that cannot open our key went on to one that we cannot open. They count on ours being out of use, and will forget it in time.
        var overtaken = alive.Any(key => key.ActivatesAt <= now && !opens(key) && alive.IndexOf(key) > alive.IndexOf(signer));
        if (overtaken || signer.Replacement == KeyReplacement.Planned) return new(signer, now + lead);
        return new(signer, due - lead > now ? null : due > now + lead ? due : now + lead);
    }

    /// <summary>Where in its life a key is.</summary>
    public KeyPhase PhaseOf(StoredKey key, IReadOnlyList<StoredKey> keys, DateTimeOffset now)
    {
        if (key.RetiredAt is not null) return KeyPhase.Retired;
        if (key.ActivatesAt > now) return KeyPhase.Published;
        if (SuccessorOf(key, keys) is not { } successor || successor.ActivatesAt > now) return KeyPhase.Signing;
        return successor.ActivatesAt + retention > now ? KeyPhase.Verifying : KeyPhase.Expired;
    }

    /// <summary>From when nothing needs a key any more, so that it may be forgotten; null while it has no successor. A retired one is kept as long, for whoever asks what happened.</summary>
    public DateTimeOffset? EndOf(StoredKey key, IReadOnlyList<StoredKey> keys) => (key.RetiredAt ?? SuccessorOf(key, keys)?.ActivatesAt) + retention;

    /// <summary>The next moment at which an answer changes although no key does.</summary>
    public DateTimeOffset? NextChange(IReadOnlyList<StoredKey> keys, DateTimeOffset now) =>
        keys.Select(key => (DateTimeOffset?)key.ActivatesAt).Concat(keys.Select(key => EndOf(key, keys))).Where(at => at > now).Min();

    private static StoredKey? SuccessorOf(StoredKey key, IReadOnlyList<StoredKey> keys)
    {
        var alive = InOrder(key.Algorithm, keys);
        var place = alive.FindIndex(other => other.Id == key.Id);
        return place >= 0 && place + 1 < alive.Count ? alive[place + 1] : null;
    }

    /// <summary>By when they sign; of two that start at once the one that was added later is the newer (the sort is stable).</summary>
    private static List<StoredKey> InOrder(string algorithm, IReadOnlyList<StoredKey> keys) =>
        [.. keys.Where(key => key.Algorithm == algorithm && key.RetiredAt is null).OrderBy(key => key.ActivatesAt)];
}
