using System.Net;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Web;

/// <summary>Two pages: one for everybody, one for who is signed in. What a user says is shown as text.</summary>
internal static class Pages
{
    public static void MapWeb(this WebApplication app)
    {
        app.MapGet("/", (HttpContext http) => http.User.Identity is { IsAuthenticated: true }
            ? Results.Redirect("/me")
            : Page("Welcome", """<p><a href="/me">Sign in</a></p>"""));
        app.MapGet("/me", (HttpContext http, IAntiforgery antiforgery, string? said) => Page($"Hello, {http.User.Identity!.Name}", Me(http, antiforgery, said))).RequireAuthorization();
        app.MapPost("/weather", async (HttpContext http, Weather weather, IAntiforgery antiforgery) => await Checked(http, antiforgery, weather.AskAsync)).RequireAuthorization();
        app.MapPost("/refresh", async (HttpContext http, Weather weather, IAntiforgery antiforgery) => await Checked(http, antiforgery, weather.RefreshAsync)).RequireAuthorization();
        app.MapPost("/sign-out", async (HttpContext http, IAntiforgery antiforgery) => await antiforgery.IsRequestValidAsync(http)
            ? Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme])
            : Results.BadRequest());
    }

    private static async Task<IResult> Checked(HttpContext http, IAntiforgery antiforgery, Func<HttpContext, Task<string>> act) =>
        await antiforgery.IsRequestValidAsync(http) ? Results.Redirect("/me?said=" + Uri.EscapeDataString(await act(http))) : Results.BadRequest();

    private static string Me(HttpContext http, IAntiforgery antiforgery, string? said)
    {
        var token = antiforgery.GetAndStoreTokens(http);
        var html = new StringBuilder();
        if (said is not null) html.Append($"""<p role="status">{WebUtility.HtmlEncode(said)}</p>""");
        foreach (var (path, text) in ((string, string)[])[("/weather", "Ask the API"), ("/refresh", "Refresh"), ("/sign-out", "Sign out")])
            html.Append($"""<form method="post" action="{path}"><input type="hidden" name="{token.FormFieldName}" value="{token.RequestToken}"><button>{text}</button></form>""");
        html.Append("<h2>What Gatehouse says of you</h2><dl>");
        foreach (var claim in http.User.Claims)
            html.Append($"<dt>{WebUtility.HtmlEncode(claim.Type)}</dt><dd>{WebUtility.HtmlEncode(claim.Value)}</dd>");
        return html.Append("</dl>").ToString();
    }

    private static IResult Page(string title, string body) => Results.Content($"""
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(title)}</title></head><body><h1>{WebUtility.HtmlEncode(title)}</h1>{body}</body></html>
        """, "text/html");
}
