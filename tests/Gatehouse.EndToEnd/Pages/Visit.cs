using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>A walk through every page of the package, in the order in which a user could meet them.</summary>
internal sealed class Visit(PagesApp app, IPage page) : IAsyncDisposable
{
    public async IAsyncEnumerable<(string Name, IPage Page)> EveryPageAsync()
    {
        await page.GotoAsync(app.Authorize(redirectUri: "https://reader.example/callback"));
        yield return ("login", page);
        await PagesApp.SignInAsync(page, password: "wrong");
        yield return ("login-failed", page);
        await PagesApp.SignInAsync(page);
        // The page is there when its first button is: the URL alone changes earlier.
        await page.Locator("button[value=allow]").WaitForAsync();
        yield return ("consent", page);
        await page.GotoAsync(app.Authorize("terminal", "http://127.0.0.1:51004/cb", "notes.read"));
        yield return ("consent-device", page);
        await page.GotoAsync(app.Authorize("hostile"));
        yield return ("consent-hostile", page);
        await page.GotoAsync(app.Authorize(more: ("prompt", "login")));
        yield return ("login-again", page);
        await page.GotoAsync(app.Authorize(redirectUri: "https://unregistered.example/cb"));
        yield return ("error", page);
        await page.GotoAsync(app.Url + "/oauth2/apps");
        yield return ("apps", page);
        await page.Locator("button[name=client_id]").Last.ClickAsync();
        await page.Locator("[role=status]").WaitForAsync();
        yield return ("apps-revoked", page);
        await page.GotoAsync(app.Url + "/oauth2/logout");
        yield return ("logout", page);
        await page.Locator("button[value=sign_out]").ClickAsync();
        await page.Locator("form").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        yield return ("signed-out", page);
    }

    public async ValueTask DisposeAsync() => await page.CloseAsync();
}
