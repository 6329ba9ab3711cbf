// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§5.1.4.2.3: lock accounts, §4.3.5, §4.4.3.6)
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Diagnostics;
using Gatehouse.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Throttling;

/// <summary>
/// Slows down guessing: per user, per client and address, per address. A failure costs one write that all nodes share; a success costs nothing.
/// Counts are exact on a node (<see cref="UserGate"/>) and shared within half a second (<see cref="ThrottleRefresher"/>).
/// </summary>
internal sealed partial class Throttle(IAttemptStore store, IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock, ILogger<Throttle> log)
{
    private readonly ThrottlingOptions options = options.Value.Throttling;
    private readonly ConcurrentDictionary<string, Attempts> counts = new(StringComparer.Ordinal);

    /// <summary>What is counted, and how many failures of it are free.</summary>
    internal readonly record struct Counter(string Key, int Free);

    public Counter User(string userName) => new("user:" + Hash(Normalize(userName)), options.FreeAttemptsPerUser);

    /// <summary>Per address too: nobody can lock a client out from afar. Its secrets are too long to guess from many addresses.</summary>
    private Counter Client(string clientId, IPAddress? address) => new("client:" + Hash(clientId + "@" + Source(address)), options.FreeAttemptsPerClient);

    private Counter Address(IPAddress? address) => new("address:" + Hash(Source(address)), options.FreeAttemptsPerAddress);

    /// <summary>Null if an attempt may be made now, else the error to answer with. The same for users that exist and users that do not.</summary>
    public OAuthError? CheckUser(Counter user, IPAddress? address) => counts.IsEmpty ? null : Check("user", user, Address(address));

    public OAuthError? CheckClient(string clientId, IPAddress? address) => counts.IsEmpty ? null : Check("client", Client(clientId, address), Address(address));

    public ValueTask UserFailedAsync(Counter user, IPAddress? address, CancellationToken ct) => FailedAsync([user, Address(address)], ct);

    public ValueTask ClientFailedAsync(string clientId, IPAddress? address, CancellationToken ct) => FailedAsync([Client(clientId, address), Address(address)], ct);

    public ValueTask UserSucceededAsync(Counter user, CancellationToken ct) => counts.IsEmpty ? default : SucceededAsync(user, ct);

    public ValueTask ClientSucceededAsync(string clientId, IPAddress? address, CancellationToken ct) =>
        counts.IsEmpty ? default : SucceededAsync(Client(clientId, address), ct);

    /// <summary>How many more failures are free; at least one, because after its wait every attempt is one.</summary>
    public int Remaining(Counter counter) =>
        counter.Free <= 0 ? int.MaxValue : Math.Max(1, counter.Free - Failures(counter.Key));

    private OAuthError? Check(string what, Counter one, Counter other)
    {
        var (first, second) = (Wait(one), Wait(other));
        var longest = first > second ? first : second;
        if (longest == TimeSpan.Zero) return null;
        metrics.Throttled.Add(1, new KeyValuePair<string, object?>(Attributes.Of, what));
        return TooMany(longest);
    }

    private async ValueTask FailedAsync(Counter[] counters, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var keys = counters.Where(counter => counter.Free > 0).Select(counter => counter.Key).ToArray();
        if (keys.Length == 0) return;
        foreach (var attempts in await store.AddFailureAsync(keys, now, now - options.ForgetAfter, ct))
        {
            Learn(attempts);
            var free = counters.First(counter => counter.Key == attempts.Key).Free;
            if (attempts.Failures == free) Waiting(log, attempts.Key, attempts.Failures);
        }
    }

    private ValueTask SucceededAsync(Counter counter, CancellationToken ct) =>
        counts.TryRemove(counter.Key, out _) ? store.ClearAsync(counter.Key, clock.GetUtcNow(), ct) : default;

    /// <summary>
    /// Takes over what this or another node counted, unless more is known already: what was read from the store a moment ago must not undo a failure that
    /// was counted meanwhile. A count that went down (somebody signed in elsewhere) is the later one.
    /// </summary>
    public void Learn(Attempts attempts)
    {
        if (attempts.Failures > 0) Remember(attempts);
        else if (counts.TryGetValue(attempts.Key, out var known) && known.LastAt <= attempts.LastAt) counts.TryRemove(new(attempts.Key, known));
    }

    private void Remember(Attempts attempts) =>
        counts.AddOrUpdate(attempts.Key, static (_, learnt) => learnt,
            static (_, known, learnt) => learnt.Failures > known.Failures || learnt.LastAt > known.LastAt ? learnt : known, attempts);

    public void Forget(DateTimeOffset before)
    {
        foreach (var (key, attempts) in counts)
            if (attempts.LastAt < before) counts.TryRemove(key, out _);
    }

    private int Failures(string key) => counts.TryGetValue(key, out var attempts) && attempts.LastAt >= clock.GetUtcNow() - options.ForgetAfter ? attempts.Failures : 0;

    private TimeSpan Wait(Counter counter)
    {
        if (counter.Free <= 0 || !counts.TryGetValue(counter.Key, out var attempts) || Failures(counter.Key) < counter.Free) return TimeSpan.Zero;
        // In floating point, because doubling an hour thirty times is more than a TimeSpan holds.
        var delay = TimeSpan.FromTicks((long)Math.Min(options.MaxDelay.Ticks, options.FirstDelay.Ticks * Math.Pow(2, attempts.Failures - counter.Free)));
        var left = attempts.LastAt + delay - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>RFC 6585 §4 gives the status; OAuth has no error of its own for it.</summary>
    private static OAuthError TooMany(TimeSpan wait) =>
        new("temporarily_unavailable", $"too many failed attempts; try again in {Math.Ceiling(wait.TotalSeconds):0} s", 429) { RetryAfter = wait };

    /// <summary>SR-224: once, before any check, so that two spellings of one name are one counter.</summary>
    private static string Normalize(string userName)
    {
        try
        {
            return userName.Normalize(NormalizationForm.FormKC).Trim().ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return userName;
        }
    }

    /// <summary>An address as it is counted, hashed because it is personal.</summary>
    public static string KeyOf(IPAddress? address) => Hash(Source(address));

    /// <summary>One customer of an IPv6 provider has a /64 to choose from.</summary>
    private static string Source(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    private static string Hash(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 18));

    [LoggerMessage(1301, LogLevel.Warning, "{Counter} has failed {Failures} times in a row; from now on each attempt has to wait twice as long as the one before. The name is hashed. See Gatehouse:Throttling.")]
    private static partial void Waiting(ILogger log, string counter, int failures);
}
