namespace Gatehouse.Throttling;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryAttemptStore : IAttemptStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Attempts> counts = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
    {
        lock (gate)
            return new([.. keys.Select(key => counts[key] = new(key, 1 + (counts.TryGetValue(key, out var before) && before.LastAt >= forgetBefore ? before.Failures : 0), now))]);
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate)
            if (counts.ContainsKey(key))
                counts[key] = new(key, 0, now);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct)
    {
        lock (gate) return new([.. counts.Values.Where(attempts => attempts.LastAt > since)]);
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            var old = counts.Values.Where(attempts => attempts.LastAt < before).Take(limit).ToList();
            foreach (var attempts in old) counts.Remove(attempts.Key);
            return new(old.Count);
        }
    }
}
