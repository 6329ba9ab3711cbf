using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Notes.Data;

/// <summary>Two users with a couple of notes, made at the first start.</summary>
internal static class DemoData
{
    public static async Task CreateNotesDatabaseAsync(this IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<NotesDbContext>();
        await db.Database.EnsureCreatedAsync();
        if (await db.Users.AnyAsync()) return;

        Add(db, 1, "alice", "wonderland", "Follow the white rabbit", "Croquet with the Queen at four");
        Add(db, 2, "bob", "looking-glass", "Buy milk for the kitten", "Learn Jabberwocky by heart");
        await db.SaveChangesAsync();
    }

    private static void Add(NotesDbContext db, long id, string name, string password, params string[] notes)
    {
        var user = new User { Id = id, Name = name, PasswordHash = "" };
        user.PasswordHash = new PasswordHasher<User>().HashPassword(user, password);
        db.Users.Add(user);
        db.Notes.AddRange(notes.Select(text => new Note { UserId = id, Text = text }));
    }
}
