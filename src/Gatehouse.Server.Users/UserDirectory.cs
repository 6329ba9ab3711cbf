using Gatehouse.Server.Users.Data;
using Gatehouse.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.Server.Users;

/// <summary>What an operator does to users, from the command line, a configuration file or the browser. What must end with a user ends here, in one place.</summary>
internal sealed class UserDirectory(UserManager<ServerUser> users, UsersContext context, GatehouseSessions sessions, TimeProvider clock)
{
    private const int LongestSubject = 255;

    public async Task<IReadOnlyList<ServerUser>> ListAsync(CancellationToken ct) => await context.Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).ToListAsync(ct);

    public Task<bool> HasAdministratorAsync(CancellationToken ct) => context.Users.AnyAsync(user => user.IsAdministrator && user.DisabledAt == null, ct);

    /// <summary>By user name, else by subject.</summary>
    public async Task<ServerUser?> FindAsync(string nameOrSubject) => await users.FindByNameAsync(nameOrSubject) ?? await users.FindByIdAsync(nameOrSubject);

    /// <summary>Makes the user, or makes an existing one as declared. A declaration without a password leaves the password alone.</summary>
    public async Task<UserChange> ApplyAsync(UserDeclaration declared, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var user = await users.FindByNameAsync(declared.Username);
        if (user is not null && declared.Sub is not null && declared.Sub != user.Id)
            return UserChange.Refused($"sub is '{user.Id}' and cannot change: clients know the user by it. Remove sub, or choose another username.");
        if (declared.Sub is { } sub && (sub.Length is 0 or > LongestSubject || sub.Any(c => c is <= ' ' or > '~')))
            return UserChange.Refused($"sub must be 1 to {LongestSubject} printable ASCII characters.");
        var isNew = user is null;
        user ??= new() { UserName = declared.Username, Id = declared.Sub ?? Guid.CreateVersion7(now).ToString(), CreatedAt = now, UpdatedAt = now };
        if (isNew && await users.FindByIdAsync(user.Id) is not null) return UserChange.Refused($"sub '{user.Id}' is another user's.");

        var problems = await CheckPasswordAsync(user, declared.Password);
        if (problems.Count > 0) return UserChange.Refused(problems);
        var setPassword = declared.Password is not null && !HasPassword(user, declared.Password);
        var claimsChanged = TakeClaims(user, declared);
        var disable = declared.Disabled && user.DisabledAt is null;
        var changed = isNew || setPassword || claimsChanged || user.IsAdministrator != declared.Administrator || declared.Disabled != user.DisabledAt is not null;
        if (!changed) return new("unchanged", user, []);

        if (claimsChanged) user.UpdatedAt = now;
        user.IsAdministrator = declared.Administrator;
        user.DisabledAt = declared.Disabled ? user.DisabledAt ?? now : null;
        if (setPassword) user.PasswordHash = users.PasswordHasher.HashPassword(user, declared.Password!);
        var result = isNew ? await users.CreateAsync(user) : setPassword || disable ? await users.UpdateSecurityStampAsync(user) : await users.UpdateAsync(user);
        if (!result.Succeeded) return UserChange.Refused([.. result.Errors.Select(error => error.Description)]);
        if (disable || (setPassword && !isNew)) await EndEverythingAsync(user, ct);
        return new(isNew ? "created" : "updated", user, []);
    }

    /// <summary>What is wrong with a new user's name and password; empty if nothing is.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(UserDeclaration declared)
    {
        var user = new ServerUser { UserName = declared.Username, Email = declared.Email };
        var problems = await CheckPasswordAsync(user, declared.Password);
        foreach (var validator in users.UserValidators)
            problems.AddRange((await validator.ValidateAsync(users, user)).Errors.Select(error => error.Description));
        return problems;
    }

    /// <summary>Ends all that the user holds, at once: tokens, codes, and (by the security stamp) every sign-in.</summary>
    public async Task DisableAsync(ServerUser user, CancellationToken ct)
    {
        user.DisabledAt ??= clock.GetUtcNow();
        Require(await users.UpdateSecurityStampAsync(user));
        await EndEverythingAsync(user, ct);
    }

    public async Task EnableAsync(ServerUser user)
    {
        user.DisabledAt = null;
        Require(await users.UpdateAsync(user));
    }

    public async Task DeleteAsync(ServerUser user, CancellationToken ct)
    {
        Require(await users.DeleteAsync(user));
        await EndEverythingAsync(user, ct);
    }

    /// <summary>Sets the password and ends all that was had by the old one. Returns what is wrong with it; empty if it was set.</summary>
    public async Task<IReadOnlyList<string>> SetPasswordAsync(ServerUser user, string password, CancellationToken ct)
    {
        var problems = await CheckPasswordAsync(user, password);
        if (problems.Count > 0) return problems;
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        (user.LockoutEnd, user.AccessFailedCount) = (null, 0);
        Require(await users.UpdateSecurityStampAsync(user));
        await EndEverythingAsync(user, ct);
        return [];
    }

    private async Task EndEverythingAsync(ServerUser user, CancellationToken ct) => await sessions.EndUserAsync(user.Id, ct);

    private async Task<List<string>> CheckPasswordAsync(ServerUser user, string? password)
    {
        var problems = new List<string>();
        if (password is null) return problems;
        foreach (var validator in users.PasswordValidators)
            problems.AddRange((await validator.ValidateAsync(users, user, password)).Errors.Select(error => error.Description));
        return problems;
    }

    private bool HasPassword(ServerUser user, string password) =>
        user.PasswordHash is { } hash && users.PasswordHasher.VerifyHashedPassword(user, hash, password) != PasswordVerificationResult.Failed;

    private static bool TakeClaims(ServerUser user, UserDeclaration declared)
    {
        var before = (user.Profile, user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed);
        (user.Profile, user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed) =
            (declared.Claims, declared.Email, declared.EmailVerified, declared.PhoneNumber, declared.PhoneNumberVerified);
        return before != (user.Profile, user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed);
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded) throw new DbUpdateConcurrencyException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}
