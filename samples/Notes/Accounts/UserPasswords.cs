using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Notes.Data;

namespace Notes.Accounts;

/// <summary>Checks a user's password against its hash.</summary>
public sealed class UserPasswords(NotesDbContext db)
{
    private static readonly PasswordHasher<User> Hasher = new();

    // An unknown name costs one hash too, or the answer's delay would tell which names exist.
    private static readonly User Nobody = new() { Name = "", PasswordHash = Hasher.HashPassword(null!, RandomNumberGenerator.GetHexString(32)) };

    public async Task<User?> FindAsync(string name, string password, CancellationToken ct)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Name == name, ct);
        var verdict = Hasher.VerifyHashedPassword(user ?? Nobody, (user ?? Nobody).PasswordHash, password);
        return verdict == PasswordVerificationResult.Failed ? null : user;
    }
}
