using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Notes.Accounts;
using Notes.Data;

namespace Notes.Api;

/// <summary>The notes as JSON, for the signed-in user: with the cookie, or with a token that has the scope.</summary>
internal static class NotesApi
{
    public static void MapNotesApi(this IEndpointRouteBuilder app)
    {
        // A user, that is: a client that acts for itself has no notes.
        var api = app.MapGroup("/api").RequireAuthorization(policy => policy.RequireClaim(ClaimTypes.NameIdentifier));
        api.MapGet("/me", ShowMeAsync);
        api.MapGet("/notes", ListAsync).RequireScope("notes.read");
        api.MapPost("/notes", AddAsync).RequireScope("notes.write");
        api.MapDelete("/notes/{id:long}", DeleteAsync).RequireScope("notes.write");
        app.MapPost("/api/sign-out", SignOutAsync).RequireAuthorization();
    }

    internal sealed record Me([property: JsonPropertyName("user_id")] long UserId, string Name, string Scope);

    internal sealed record NewNote(string? Text);

    internal sealed record ShownNote(long Id, string Text);

    private static async Task<Results<Ok<Me>, NotFound>> ShowMeAsync(ClaimsPrincipal user, NotesDbContext db, CancellationToken ct) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == user.UserId(), ct) is { } me
            ? TypedResults.Ok(new Me(me.Id, me.Name, user.FindFirstValue("scope") ?? ""))
            : TypedResults.NotFound();

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

    /// <summary>Revokes the token that was presented and its refresh token, or ends the cookie.</summary>
    private static async Task SignOutAsync(HttpContext http)
    {
        await http.SignOutAsync();
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<IResult> DeleteAsync(long id, ClaimsPrincipal user, NotesDbContext db, CancellationToken ct) =>
        await db.Notes.Where(note => note.Id == id && note.UserId == user.UserId()).ExecuteDeleteAsync(ct) == 0 ? Results.NotFound() : Results.NoContent();
}
