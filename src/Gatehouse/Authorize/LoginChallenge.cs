// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.3: what the sign-in is told)
using Microsoft.AspNetCore.Authentication;

namespace Gatehouse.Authorize;

/// <summary>
/// What the app's own sign-in is told of a request. The names are those that ASP.NET Core's remote handlers read, so an app that itself signs in elsewhere passes the wishes on; a cookie scheme
/// ignores them, and its login page reads the return URL (<see cref="LoginRequest"/>).
/// </summary>
internal static class LoginChallenge
{
    public static AuthenticationProperties For(AuthorizeRequest? request, string returnUrl)
    {
        var properties = new AuthenticationProperties { RedirectUri = returnUrl };
        if (request?.Authentication is not { } wish) return properties;
        // Consent is between this client and us: elsewhere nobody should be asked for it.
        if (wish.Prompt.Create) properties.SetParameter("prompt", "create");
        else if (wish.Prompt.Login) properties.SetParameter("prompt", "login");
        else if (wish.Prompt.SelectAccount) properties.SetParameter("prompt", "select_account");
        if (wish.MaxAge is { } age and <= int.MaxValue) properties.SetParameter<TimeSpan?>("max_age", TimeSpan.FromSeconds(age));
        if (wish.LoginHint is { } hint) properties.SetParameter("login_hint", hint);
        if (wish.AcrValues.Count > 0) properties.SetParameter("acr_values", string.Join(' ', wish.AcrValues));
        if (wish.UiLocales.Count > 0) properties.SetParameter("ui_locales", string.Join(' ', wish.UiLocales));
        properties.SetParameter("display", wish.Display);
        return properties;
    }
}
