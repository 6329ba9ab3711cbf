using Gatehouse.Storage;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// What nodes tell each other through PostgreSQL: which cache to look at again, and never what is true. Whoever may connect to the database can send one, and gains nothing by it.
/// </summary>
/// <remarks>
/// Sent by a statement of its own, after what it tells of is committed. PostgreSQL puts transactions that notify into one order and lets one at a time write its commit to the disk: in the same transaction as the
/// revocation, 16 callers revoked 350 times a second where they did 5,000 this way. And sent only where something is changed or revoked, never where tokens are issued, exchanged or looked up.
/// </remarks>
internal static class StoreNotice
{
    public const string Channel = "gatehouse", Clients = "clients", Keys = "keys", Families = "families", Family = "family ", Token = "token ", Subject = "subject ", Session = "session ";

    /// <summary>For a statement that takes a fraction of a millisecond, and on which nothing hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After a write was committed. The other nodes also ask by themselves, so this is no reason to fail.</summary>
    public static Task TellAsync(this DbContext context, string notice, CancellationToken ct) =>
        context.Database.IsNpgsql() ? TellAsync(() => context.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {notice})", ct), ct) : Task.CompletedTask;

    public static async Task TellAsync(Func<Task> send, CancellationToken ct)
    {
        try
        {
            await send().WaitAsync(Patience, ct);
        }
        catch (Exception)
        {
            // What was written is written.
        }
    }

    /// <summary>Families of one user were revoked. A message of PostgreSQL holds 8,000 bytes.</summary>
    public static string Of(string? subject) => subject is { Length: < 2000 } ? Subject + subject : Families;

    public static void Hear(string notice, StoreChanges changes)
    {
        if (notice == Clients) changes.ClientsChanged();
        else if (notice == Keys) changes.KeysChanged();
        else if (notice.StartsWith(Family, StringComparison.Ordinal) && Guid.TryParse(notice.AsSpan(Family.Length), out var family)) changes.FamilyEnded(family);
        else if (notice.StartsWith(Token, StringComparison.Ordinal)) changes.TokenEnded(notice[Token.Length..]);
        else if (notice.StartsWith(Subject, StringComparison.Ordinal)) changes.SubjectEnded(notice[Subject.Length..]);
        else if (notice.StartsWith(Session, StringComparison.Ordinal)) changes.SessionEnded(notice[Session.Length..]);
        // Many families; or the word of a newer version, which can mean anything.
        else changes.Everything();
    }
}
