using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Notes.Accounts;
using Notes.Data;

namespace Notes.Api;

/// <summary>The notes as JSON, for the signed-in user.</summary>
internal static class NotesApi
{
    public static void MapNotesApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").RequireAuthorization();
        api.MapGet("/me", ShowMeAsync);
        api.MapGet("/notes", ListAsync);
        api.MapPost("/notes", AddAsync);
        api.MapDelete("/notes/{id:long}", DeleteAsync);
    }

    internal sealed record Me([property: JsonPropertyName("user_id")] long UserId, string Name);

    internal sealed record NewNote(string? Text);

    internal sealed record ShownNote(long Id, string Text);

    private static async Task<Me> ShowMeAsync(ClaimsPrincipal user, NotesDbContext db, CancellationToken ct)
    {
        var me = await db.Users.AsNoTracking().SingleAsync(row => row.Id == user.UserId(), ct);
        return new(me.Id, me.Name);
    }

    private static async Task<List<ShownNote>> ListAsync(ClaimsPrincipal user, NotesDbContext db, CancellationToken ct) =>
        await db.Notes.Where(note => note.UserId == user.UserId()).OrderBy(note => note.Id).Select(note => new ShownNote(note.Id, note.Text)).ToListAsync(ct);

    private static async Task<IResult> AddAsync(NewNote posted, ClaimsPrincipal user, NotesDbContext db, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(posted.Text) || posted.Text.Length > Note.MaxLength)
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["text"] = [$"Between 1 and {Note.MaxLength} characters, please."] });
        var note = new Note { UserId = user.UserId(), Text = posted.Text };
        db.Notes.Add(note);
        await db.SaveChangesAsync(ct);
        return Results.Created($"/api/notes/{note.Id}", new ShownNote(note.Id, note.Text));
    }

    private static async Task<IResult> DeleteAsync(long id, ClaimsPrincipal user, NotesDbContext db, CancellationToken ct) =>
        await db.Notes.Where(note => note.Id == id && note.UserId == user.UserId()).ExecuteDeleteAsync(ct) == 0 ? Results.NotFound() : Results.NoContent();
}
