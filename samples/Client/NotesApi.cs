using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace NotesClient;

internal sealed record Note(long Id, string Text);

/// <summary>The notes, in the name of the user of the token.</summary>
internal sealed class NotesApi(HttpClient http)
{
    public string? AccessToken { get; set; }

    public async Task<string> ShowMeAsync() => await (await SendAsync(HttpMethod.Get, "api/me")).Content.ReadAsStringAsync();

    public async Task<List<Note>> ListAsync() => (await (await SendAsync(HttpMethod.Get, "api/notes")).Content.ReadFromJsonAsync<List<Note>>())!;

    public async Task<Note> AddAsync(string text) =>
        (await (await SendAsync(HttpMethod.Post, "api/notes", JsonContent.Create(new { text }))).Content.ReadFromJsonAsync<Note>())!;

    public Task DeleteAsync(Note note) => SendAsync(HttpMethod.Delete, $"api/notes/{note.Id}");

    /// <summary>Ends this token, its refresh token, and all that came of this sign-in.</summary>
    public Task SignOutAsync() => SendAsync(HttpMethod.Post, "api/sign-out");

    public async Task<bool> IsRefusedAsync()
    {
        try
        {
            await ListAsync();
            return false;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
        {
            return true;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        // In the header, never in the URL, which ends up in logs.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        var response = await http.SendAsync(request);
        return response.EnsureSuccessStatusCode();
    }
}
