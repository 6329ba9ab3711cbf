using Gatehouse.Server.Users;
using Gatehouse.Server.Users.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gatehouse.Server.Accounts;

/// <summary>
/// Identity's lock-out (five failures, five minutes, by its options), counted in the database. Identity itself counts in memory and lets the loser of a race go uncounted, so that
/// guesses sent together were one guess (SR-223).
/// </summary>
internal sealed partial class Lockout(UsersContext context, IOptions<IdentityOptions> options, TimeProvider clock, ILogger<Lockout> log)
{
    private readonly LockoutOptions options = options.Value.Lockout;

    public bool IsLockedOut(ServerUser user) => user.LockoutEnabled && user.LockoutEnd > clock.GetUtcNow();

    public async Task CountFailureAsync(ServerUser user, CancellationToken ct)
    {
        if (!user.LockoutEnabled) return;
        var row = context.Users.Where(each => each.Id == user.Id);
        await row.ExecuteUpdateAsync(set => set.SetProperty(each => each.AccessFailedCount, each => each.AccessFailedCount + 1), ct);
        var until = clock.GetUtcNow() + options.DefaultLockoutTimeSpan;
        var locked = await row.Where(each => each.AccessFailedCount >= options.MaxFailedAccessAttempts)
            .ExecuteUpdateAsync(set => set.SetProperty(each => each.AccessFailedCount, 0).SetProperty(each => each.LockoutEnd, until), ct);
        if (locked > 0) Locked(log, user.Id, until);
    }

    public async Task ForgetFailuresAsync(ServerUser user, CancellationToken ct)
    {
        if (user is { AccessFailedCount: 0, LockoutEnd: null }) return;
        await context.Users.Where(each => each.Id == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(each => each.AccessFailedCount, 0).SetProperty(each => each.LockoutEnd, (DateTimeOffset?)null), ct);
        // So that a later save of this object does not bring the old numbers back.
        await context.Entry(user).ReloadAsync(ct);
    }

    [LoggerMessage(5003, LogLevel.Warning, "User {Subject} failed to sign in too often and is locked out until {Until}. `gatehouse users set-password` unlocks.")]
    private static partial void Locked(ILogger log, string subject, DateTimeOffset until);
}
