using System.Text.Json;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>What the README's first command prints works as it is printed.</summary>
[Collection(NotesCollection.Name)]
public sealed class WalkthroughTests(NotesApp notes)
{
    [Fact]
    public async Task Every_printed_command_works_as_it_is_printed_in_order()
    {
        var walk = await Shell.BashAsync(notes.Commands, TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (walk.ExitCode, walk.Errors));
        var lines = walk.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, lines.Length);
        var (first, second) = (JsonDocument.Parse(lines[0]).RootElement, JsonDocument.Parse(lines[4]).RootElement);
        Assert.Equal(["access_token", "token_type", "expires_in", "refresh_token", "user_id"], first.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"user_id":1,"name":"alice","scope":"notes.read notes.write"}""", lines[1]);
        Assert.Contains("Follow the white rabbit", lines[2], StringComparison.Ordinal);
        Assert.Matches("""^\{"id":\d+,"text":"Written by a client"\}$""", lines[3]);
        Assert.Equal(1, second.GetProperty("user_id").GetInt32());
        Assert.All(["access_token", "refresh_token"], name => Assert.NotEqual(first.GetProperty(name).GetString(), second.GetProperty(name).GetString()));
        Assert.Equal(["204", "401"], lines[5..]);
    }

    [Fact]
    public async Task The_printed_link_leads_through_login_and_consent_to_a_code_that_the_shown_command_redeems()
    {
        var ct = TestContext.Current.CancellationToken;
        using var browser = new Browser();
        Assert.Contains("""name="password""", await browser.GoAsync(notes.AuthorizeLink, ct), StringComparison.Ordinal);
        var consent = await browser.SubmitAsync(ct, ("username", "bob"), ("password", "looking-glass"));
        Assert.Contains("Read your notes", consent, StringComparison.Ordinal);
        Assert.Contains("Notes browser demo", consent, StringComparison.Ordinal);

        var shown = await browser.SubmitAsync(ct, ("decision", "allow"));

        var command = Assert.Single(shown.Split('\n'), line => line.StartsWith("curl ", StringComparison.Ordinal));
        var redeemed = await Shell.BashAsync(command, ct);
        Assert.Contains("\"access_token\"", redeemed.Output, StringComparison.Ordinal);
        var tokens = JsonDocument.Parse(redeemed.Output).RootElement;
        var me = await Shell.BashAsync($"curl -s -H 'Authorization: Bearer {tokens.GetProperty("access_token").GetString()}' {notes.Url}api/me", ct);
        Assert.Equal("""{"user_id":2,"name":"bob","scope":"notes.read"}""", me.Output);
    }

    [Theory, InlineData("code='%3Brm'"), InlineData("code=a%0Ab"), InlineData("code=$(id)"), InlineData("error=access_denied"), InlineData("")]
    public async Task The_page_behind_the_link_shows_no_command_that_is_not_a_codes(string query)
    {
        using var http = new HttpClient { BaseAddress = notes.Url };

        Assert.DoesNotContain("curl", await http.GetStringAsync("/demo/callback?" + query, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
