using System.Net;
using Gatehouse.Throttling;

namespace Gatehouse.Server.Accounts;

/// <summary>
/// The provider's own brake on guessing, shared with its password grant: counts by name, whether it is anybody's or not, and by address, and lets no more guesses in at once than
/// are still free. Identity's lock-out comes on top. A refusal takes a while whatever its reason, so that its time tells nothing (SR-221).
/// </summary>
internal sealed class SignInThrottle(Throttle throttle, UserGate gate, TimeProvider clock)
{
    /// <summary>More than a hash and the writes of a failure need together.</summary>
    private static readonly TimeSpan RefusalTakes = TimeSpan.FromMilliseconds(750);

    /// <param name="userName">What was typed.</param>
    /// <param name="address">From where.</param>
    /// <param name="attempt">Returns null for a failure.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task<T?> TryAsync<T>(string userName, IPAddress? address, Func<Task<T?>> attempt, CancellationToken ct) where T : class
    {
        var started = clock.GetTimestamp();
        if (await AttemptAsync(userName, address, attempt, ct) is { } result) return result;
        var left = RefusalTakes - clock.GetElapsedTime(started);
        if (left > TimeSpan.Zero) await Task.Delay(left, clock, ct);
        return null;
    }

    private async Task<T?> AttemptAsync<T>(string userName, IPAddress? address, Func<Task<T?>> attempt, CancellationToken ct) where T : class
    {
        var counter = throttle.User(userName);
        using var pass = await gate.EnterAsync(counter, ct);
        if (throttle.CheckUser(counter, address) is not null) return null;
        if (await attempt() is { } result)
        {
            await throttle.UserSucceededAsync(counter, ct);
            return result;
        }
        await throttle.UserFailedAsync(counter, address, ct);
        return null;
    }
}
