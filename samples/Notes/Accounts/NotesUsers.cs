using System.Globalization;
using Gatehouse.Users;
using Microsoft.EntityFrameworkCore;
using Notes.Data;

namespace Notes.Accounts;

/// <summary>Our users, for Gatehouse.</summary>
internal sealed class NotesUsers(UserPasswords passwords, NotesDbContext db) : IUserAuthenticator
{
    public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
        await passwords.FindAsync(userName, password, ct) is { } user ? UserAuthentication.Success(user.Id) : UserAuthentication.Failed;

    public async ValueTask<bool> IsActiveAsync(string subject, CancellationToken ct) =>
        long.TryParse(subject, CultureInfo.InvariantCulture, out var id) && await db.Users.AnyAsync(user => user.Id == id, ct);
}
