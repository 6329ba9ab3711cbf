using System.Security.Cryptography;
using Gatehouse.Server.Users;
using Gatehouse.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Accounts;

/// <summary>A name and a password against Identity. Whoever the name belongs to, and be it nobody, one hash is computed, before anything else is looked at (SR-221).</summary>
internal sealed class PasswordCheck(UserManager<ServerUser> users, Lockout lockout)
{
    private static readonly ServerUser Nobody = new();
    private static string? nobodysHash;

    /// <summary>The user, or why not.</summary>
    public async ValueTask<(ServerUser? User, UserRefusal Refusal)> CheckAsync(string userName, string password, CancellationToken ct)
    {
        var user = await users.FindByNameAsync(userName);
        var hash = user?.PasswordHash ?? (nobodysHash ??= users.PasswordHasher.HashPassword(Nobody, RandomNumberGenerator.GetHexString(32)));
        var verdict = users.PasswordHasher.VerifyHashedPassword(user ?? Nobody, hash, password);
        if (user?.PasswordHash is null) return (null, UserRefusal.WrongCredentials);
        if (lockout.IsLockedOut(user)) return (null, UserRefusal.LockedOut);
        if (verdict == PasswordVerificationResult.Failed)
        {
            await lockout.CountFailureAsync(user, ct);
            return (null, UserRefusal.WrongCredentials);
        }
        if (user.DisabledAt is not null) return (null, UserRefusal.Disabled);
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
            await users.UpdateAsync(user);
        }
        await lockout.ForgetFailuresAsync(user, ct);
        return (user, UserRefusal.None);
    }
}
