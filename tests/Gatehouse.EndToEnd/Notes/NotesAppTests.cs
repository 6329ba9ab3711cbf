using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>The sample app itself: its own login, beside tokens.</summary>
[Collection(NotesCollection.Name)]
public sealed class NotesAppTests(NotesApp notes)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_apps_own_login_works_as_before_and_opens_the_api_too()
    {
        using var browser = new Browser();
        Assert.Contains("""name="password""", await browser.GoAsync(notes.Url.AbsoluteUri, Ct), StringComparison.Ordinal);
        Assert.Contains("That is not a name and password that we know", await browser.SubmitAsync(Ct, ("username", "alice"), ("password", "looking-glass")), StringComparison.Ordinal);

        Assert.Contains("Follow the white rabbit", await browser.SubmitAsync(Ct, ("username", "alice"), ("password", "wonderland")), StringComparison.Ordinal);
        Assert.Equal("""{"user_id":1,"name":"alice","scope":""}""", await browser.GoAsync(new Uri(notes.Url, "/api/me").AbsoluteUri, Ct));
    }

    [Theory, InlineData("https://evil.example/"), InlineData("//evil.example/"), InlineData("/\\evil.example")]
    public async Task After_the_login_nobody_is_sent_to_another_site(string returnUrl)
    {
        using var browser = new Browser();
        await browser.GoAsync(new Uri(notes.Url, "/account/login?ReturnUrl=" + Uri.EscapeDataString(returnUrl)).AbsoluteUri, Ct);

        await browser.SubmitAsync(Ct, ("username", "alice"), ("password", "wonderland"));

        Assert.Equal(notes.Url, browser.Address);
    }

    [Fact]
    public async Task A_token_may_do_what_its_scopes_say_and_its_user_sees_no_others_notes()
    {
        using var http = new HttpClient { BaseAddress = notes.Url };
        var read = await TokenAsync(http, "alice", "wonderland", "notes.read");
        var bob = await TokenAsync(http, "bob", "looking-glass", "notes.read notes.write");

        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(http, HttpMethod.Get, "/api/notes", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(http, HttpMethod.Get, "/api/notes", read)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(http, HttpMethod.Post, "/api/notes", read)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(http, HttpMethod.Delete, "/api/notes/1", read)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(http, HttpMethod.Delete, "/api/notes/1", bob)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync(http, HttpMethod.Post, "/api/notes", bob, """{"text":" "}""")).StatusCode);
        var added = await CallAsync(http, HttpMethod.Post, "/api/notes", bob, """{"text":"Jabberwocky, verse one"}""");
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(http, HttpMethod.Delete, added.Headers.Location!.OriginalString, bob)).StatusCode);
    }

    [Fact]
    public async Task Started_again_it_keeps_its_data_and_its_tokens_and_makes_a_new_demo_secret()
    {
        await using var own = new NotesApp();
        await own.StartAsync();
        var (before, secret) = (own.Url, own.ClientSecret);
        using var first = new HttpClient { BaseAddress = before };
        var token = await TokenAsync(first, "alice", "wonderland", "notes.read notes.write", own);
        await CallAsync(first, HttpMethod.Post, "/api/notes", token, """{"text":"To be kept"}""");

        await own.StopAsync();
        await own.StartAsync();

        using var second = new HttpClient { BaseAddress = own.Url };
        Assert.Contains("To be kept", await (await CallAsync(second, HttpMethod.Get, "/api/notes", token)).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.NotEqual(secret, own.ClientSecret);
        Assert.NotEmpty(await TokenAsync(second, "alice", "wonderland", "notes.read", own));
    }

    private Task<string> TokenAsync(HttpClient http, string user, string password, string scope) => TokenAsync(http, user, password, scope, notes);

    private static async Task<string> TokenAsync(HttpClient http, string user, string password, string scope, NotesApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"notes-demo:{app.ClientSecret}")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = user, ["password"] = password, ["scope"] = scope });
        var answer = await (await http.SendAsync(request, Ct)).Content.ReadAsStringAsync(Ct);
        return JsonDocument.Parse(answer).RootElement.GetProperty("access_token").GetString()!;
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpClient http, HttpMethod method, string path, string? token, string json = "{}")
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method == HttpMethod.Post) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await http.SendAsync(request, Ct);
    }
}
