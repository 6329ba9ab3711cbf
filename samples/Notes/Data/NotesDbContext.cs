using Microsoft.EntityFrameworkCore;

namespace Notes.Data;

/// <summary>The app's own database: its users and their notes.</summary>
public sealed class NotesDbContext(DbContextOptions<NotesDbContext> options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>().HasIndex(user => user.Name).IsUnique();
        modelBuilder.Entity<Note>().HasIndex(note => note.UserId);
    }
}

public sealed class User
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public required string PasswordHash { get; set; }
}

public sealed class Note
{
    public const int MaxLength = 2000;

    public long Id { get; set; }

    public long UserId { get; set; }

    public required string Text { get; set; }
}
