using Gatehouse.Clients;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;

namespace Gatehouse.Tests.Logout;

/// <summary>Clients that sign users in and out.</summary>
internal static class LogoutApp
{
    public const string ReturnUri = "https://client.example/bye?from=us";

    public static Task<TestClient> AddLogoutClientAsync(this TestProvider provider, string id = "app", Func<Client, Client>? change = null) => provider.AddOpenIdClientAsync(id, client =>
    {
        client = client with { PostLogoutRedirectUris = [ReturnUri] };
        return change?.Invoke(client) ?? client;
    });

    /// <summary>The answer of the token endpoint to the user of this browser.</summary>
    public static async Task<Answer> VisitAsync(this Browser browser, TestClient client, string scope = "openid") => await client.RedeemAsync(await browser.CodeAsync(client, ("scope", scope)));

    public static Task<Page> LogoutAsync(this Browser browser, params (string Name, string? Value)[] parameters) => browser.GetAsync(Url(parameters));

    public static string Url(params (string Name, string? Value)[] parameters) =>
        "/oauth2/logout?" + string.Join('&', parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));

    public static bool IsQuestion(this Page page) => page.Status == 200 && page.Body.Contains("value=\"sign_out\"", StringComparison.Ordinal);

    public static bool SaysSignedOut(this Page page) => page.Status == 200 && page.Text.Contains("You are signed out", StringComparison.Ordinal);

    public static Task<Page> AnswerAsync(this Browser browser, Page question, string decision = "sign_out")
    {
        Assert.True(question.IsQuestion(), question.Body);
        return browser.PostAsync(question.FormAction, question.Decide(decision));
    }
}
