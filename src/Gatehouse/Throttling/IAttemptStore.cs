namespace Gatehouse.Throttling;

/// <summary>Failed attempts against one key: a user, a client or an address.</summary>
/// <param name="Key">What is counted, hashed where it is personal.</param>
/// <param name="Failures">How many in a row.</param>
/// <param name="LastAt">When the last one was.</param>
public sealed record Attempts(string Key, int Failures, DateTimeOffset LastAt);

/// <summary>Counts failures, exactly, over all nodes. Only failures and the success after one cost a round trip.</summary>
public interface IAttemptStore
{
    /// <summary>Adds one failure to each key in one atomic step and returns the new counts. A count whose last failure is older than <paramref name="forgetBefore"/> starts again at one.</summary>
    ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct);

    /// <summary>Sets the count of a key to zero, if it has one. A change like any other: <see cref="ListSinceAsync"/> tells the other nodes.</summary>
    ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct);

    /// <summary>Every count that changed after <paramref name="since"/>, so that other nodes learn of it.</summary>
    ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct);

    /// <summary>Removes counts whose last failure is older than <paramref name="before"/>, at most <paramref name="limit"/>.</summary>
    ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct);
}
