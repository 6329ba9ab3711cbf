using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Notes.Accounts;
using Notes.Data;

namespace Notes.Pages;

public sealed class IndexModel(NotesDbContext db) : PageModel
{
    public IReadOnlyList<Note> Notes { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken ct) =>
        Notes = await db.Notes.AsNoTracking().Where(note => note.UserId == User.UserId()).OrderBy(note => note.Id).ToListAsync(ct);

    public async Task<IActionResult> OnPostAddAsync(string? text, CancellationToken ct)
    {
        if (!string.IsNullOrWhiteSpace(text) && text.Length <= Note.MaxLength)
        {
            db.Notes.Add(new Note { UserId = User.UserId(), Text = text });
            await db.SaveChangesAsync(ct);
        }
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostDeleteAsync(long id, CancellationToken ct)
    {
        await db.Notes.Where(note => note.Id == id && note.UserId == User.UserId()).ExecuteDeleteAsync(ct);
        return RedirectToPage(new { id = (long?)null });
    }
}
