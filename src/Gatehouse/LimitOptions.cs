namespace Gatehouse;

/// <summary>
/// How much is done at once. What comes on top of that waits for a moment, and what comes on top of those that wait is refused at once: 503 <c>temporarily_unavailable</c> with <c>Retry-After</c>. So an overload costs
/// those that are refused, and not everybody. Numbers are per process.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>
    /// Requests to Gatehouse's endpoints that are worked on at once, at most. Default: 192, and 64 more for each processor: while they wait for a database that is slow, the more of them ask it together, the more it answers. Where the
    /// processors have enough to do, it is 64 for each of them (or this, if it is less): more would only push one another out of the caches. Metadata and keys are not counted: metadata costs less than a refusal, and all who ask for
    /// the keys at once share one look at the store. Zero switches the limit off.
    /// </summary>
    public int? Requests { get; set; }

    /// <summary>
    /// Requests that may wait for a place, no longer than <see cref="WaitingTime"/>; the newest is next, because it is still at hand. Default: 32768, which only bounds the memory: to wait costs nothing else, and to be refused costs the processor up to two
    /// fifths of an answer, again and again when whoever was refused comes back. It is the time that should end the waiting. Zero: none waits.
    /// </summary>
    public int? WaitingRequests { get; set; }

    /// <summary>
    /// How long a request may wait for a place; then it is refused. Default three seconds: long enough that 16,000 connections cannot make a node refuse more than 5,333 times a second, which it can afford, and far below the 10 seconds and more after
    /// which clients give up. Whatever the database does, nobody waits longer to be told to come back. Between a millisecond and a minute.
    /// </summary>
    public TimeSpan WaitingTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Passwords that the app's <see cref="Users.IUserAuthenticator"/> checks at once. Default: as many as there are processors, and at least 2, because to hash a password keeps one busy for a tenth of a second and tokens must
    /// not wait for all of them. An authenticator that waits for others (LDAP, HTTP) wants more: 64, for example. Zero switches the limit off.
    /// </summary>
    public int? PasswordChecks { get; set; }

    /// <summary>Passwords that may wait to be checked. Default: 16 for each that is checked, which is a second or two.</summary>
    public int? WaitingPasswordChecks { get; set; }

    internal int RequestLimit => Requests ?? 192 + 64 * Environment.ProcessorCount;

    internal static int BusyRequests => 64 * Environment.ProcessorCount;

    internal int RequestQueue => WaitingRequests ?? 32_768;

    internal int PasswordLimit => PasswordChecks ?? Math.Max(2, Environment.ProcessorCount);

    internal int PasswordQueue => WaitingPasswordChecks ?? 16 * PasswordLimit;

    internal IEnumerable<string> Problems() => NumberProblems().Concat(WaitingTime >= TimeSpan.FromMilliseconds(1) && WaitingTime <= TimeSpan.FromMinutes(1)
        ? [] : [$"Gatehouse:Limits:WaitingTime is {WaitingTime}. Set it between 00:00:00.001 and 00:01:00; to have nobody wait, set Gatehouse:Limits:WaitingRequests to 0. (gatehouse explain 7005)"]);

    private IEnumerable<string> NumberProblems() =>
        from option in new[] { (nameof(Requests), Requests), (nameof(WaitingRequests), WaitingRequests), (nameof(PasswordChecks), PasswordChecks), (nameof(WaitingPasswordChecks), WaitingPasswordChecks) }
        where option.Item2 is < 0 or > 1_000_000
        select $"Gatehouse:Limits:{option.Item1} is {option.Item2}. Set it between 0 and 1000000, or leave it out. (gatehouse explain 7005)";
}
