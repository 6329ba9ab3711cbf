using Gatehouse.Server.Users;
using Gatehouse.Server.Users.Data;
using Gatehouse.Users;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.Server.Accounts;

/// <summary>Our users, as the provider needs to know them: for the password grant, and whether a user may still hold tokens.</summary>
internal sealed class ServerUsers(PasswordCheck passwords, UsersContext context) : IUserAuthenticator
{
    public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
    {
        var (user, refusal) = await passwords.CheckAsync(userName, password, ct);
        if (user is null) return refusal == UserRefusal.WrongCredentials ? UserAuthentication.Failed : UserAuthentication.Refused(refusal);
        // A password alone must not do where the user asked for more (RFC 6749 §4.3 has no second step).
        return user.TwoFactorEnabled ? UserAuthentication.Refused(UserRefusal.NeedsInteraction) : UserAuthentication.Success(user.Id);
    }

    public async ValueTask<bool> IsActiveAsync(string subject, CancellationToken ct) =>
        await context.Users.AnyAsync(user => user.Id == subject && user.DisabledAt == null, ct);
}
