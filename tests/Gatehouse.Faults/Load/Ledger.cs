using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Faults.Load;

/// <summary>All that clients were told: who holds what, what was redeemed for what, what ended. What cannot all be true is a violation.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<FamilyRecord> families = new();
    private readonly ConcurrentQueue<Dead> dead = new();
    private readonly ConcurrentQueue<string> violations = new(), notes = new();
    private readonly long[] outcomes = new long[Enum.GetValues<Outcome>().Length];
    private readonly Lock gate = new();
    private long repeats, slowest;

    /// <summary>A token that must not be accepted any more.</summary>
    /// <param name="AccessToken">Of a family that ended.</param>
    /// <param name="Since">When its end was acknowledged, by <see cref="Stopwatch"/>.</param>
    internal readonly record struct Dead(string AccessToken, long Since);

    public IEnumerable<FamilyRecord> Families => families;

    public IReadOnlyList<string> Violations => [.. violations];

    /// <summary>What went wrong as it may, a few of each kind: for the message of a test that fails.</summary>
    public IReadOnlyList<string> Notes => [.. notes];

    public long Requests => outcomes.Sum();

    /// <summary>Refreshes whose answer was lost and given again.</summary>
    public long Repeats => Interlocked.Read(ref repeats);

    /// <summary>The longest that a clean failure took at an endpoint of the protocol.</summary>
    public TimeSpan SlowestFailure => TimeSpan.FromTicks(Interlocked.Read(ref slowest));

    public long CountOf(Outcome outcome) => Interlocked.Read(ref outcomes[(int)outcome]);

    public void Count(Answer answer, TimeSpan took, bool isPage)
    {
        if (Interlocked.Increment(ref outcomes[(int)answer.Outcome]) <= 5 && answer.IsUnknown)
            notes.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss.fff} {answer.Outcome} after {took.TotalSeconds:0.0} s: {answer.Text}"));
        if (answer.Outcome == Outcome.Unclean) Violate($"unclean answer: {answer.Text}");
        if (answer.Outcome == Outcome.Unavailable && !isPage)
            lock (gate) slowest = Math.Max(slowest, took.Ticks);
    }

    public FamilyRecord Begin(string by, Answer answer)
    {
        var family = new FamilyRecord(by, answer);
        families.Enqueue(family);
        return family;
    }

    /// <summary>A refresh was answered. The same token gives the same answer, however often it is asked for.</summary>
    public void Redeemed(FamilyRecord family, string token, Answer answer)
    {
        if (!family.TryAdd(token, answer, out var isNew)) Violate($"refresh token {FamilyRecord.IdOf(token)} of {family} was redeemed twice, for different tokens");
        else if (!isNew) Interlocked.Increment(ref repeats);
    }

    /// <summary>Its end was acknowledged: nothing of it may be accepted when the bound has passed.</summary>
    public void Ended(FamilyRecord family)
    {
        family.State = FamilyState.Ended;
        foreach (var token in family.AccessTokens.TakeLast(3)) dead.Enqueue(new(token, Stopwatch.GetTimestamp()));
        while (dead.Count > 500) dead.TryDequeue(out _);
    }

    public IReadOnlyList<Dead> DeadSince(TimeSpan bound) => [.. dead.Where(token => Stopwatch.GetElapsedTime(token.Since) > bound)];

    public void Violate(string what)
    {
        if (violations.Count < 100) violations.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss.fff} {what}"));
    }
}
