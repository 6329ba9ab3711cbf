#region authenticator
using Gatehouse.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

public sealed class MyUsers(AppDbContext db, IPasswordHasher<User> hasher) : IUserAuthenticator
{
    // The hash of a password that nobody knows: an unknown user costs the same work as a known one.
    private static readonly User Nobody = new() { Id = 0, Name = "", PasswordHash = new PasswordHasher<User>().HashPassword(null!, Guid.CreateVersion7().ToString()) };

    public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
    {
        var user = await db.Users.SingleOrDefaultAsync(user => user.Name == userName, ct);
        var verified = hasher.VerifyHashedPassword(user ?? Nobody, (user ?? Nobody).PasswordHash, password);
        if (user is null || verified == PasswordVerificationResult.Failed) return UserAuthentication.Failed;
        return user.Disabled ? UserAuthentication.Refused(UserRefusal.Disabled) : UserAuthentication.Success(user.Id);
    }

    // Asked at every refresh: a user who was disabled or deleted gets no new tokens.
    public async ValueTask<bool> IsActiveAsync(string subject, CancellationToken ct) =>
        await db.Users.AnyAsync(user => user.Id == long.Parse(subject) && !user.Disabled, ct);
}
#endregion

public sealed class User
{
    public required long Id { get; set; }

    public required string Name { get; set; }

    public required string PasswordHash { get; set; }

    public bool Disabled { get; set; }
}
