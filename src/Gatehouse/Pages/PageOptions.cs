using Gatehouse.Pages;

namespace Gatehouse;

/// <summary>The pages of the package: how they look, what they say, and which of them the app replaces.</summary>
public sealed class PageOptions
{
    /// <summary>What the pages call the app. Default: the application name of the host.</summary>
    public string? ApplicationName { get; set; }

    /// <summary>The app's logo beside its name, by a path below the app's root, for example <c>/img/logo.svg</c>. Shown 32 pixels high.</summary>
    public string? Logo { get; set; }

    /// <summary>The colours of the light scheme.</summary>
    public PageColors Light { get; } = new();

    /// <summary>The colours of the dark scheme, for users whose device asks for it.</summary>
    public PageColors Dark { get; } = PageColors.ForDark();

    /// <summary>A stylesheet of the app, by a path below its root, loaded after ours. Our colours are CSS variables (<c>--gh-…</c>).</summary>
    public string? Stylesheet { get; set; }

    /// <summary>The languages that the pages speak. Which one a user sees is said by the client's <c>ui_locales</c>, else by the browser's <c>Accept-Language</c>.</summary>
    public PageLanguages Languages { get; } = PageLanguages.OfThePackage();

    /// <summary>The language for users who ask for none of <see cref="Languages"/>. Default <c>en</c>.</summary>
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>What the pages say of a scope in a language other than that of <see cref="GatehouseOptions.Scopes"/>: language tag to scope to description.</summary>
    public IDictionary<string, Dictionary<string, string>> Scopes { get; } = new Dictionary<string, Dictionary<string, string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A Razor component that replaces the login page. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.LoginModel</c>.</summary>
    public Type? Login { get; set; }

    /// <summary>A Razor component that replaces the consent page. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.ConsentModel</c>.</summary>
    public Type? Consent { get; set; }

    /// <summary>A Razor component that replaces the page that asks whether to sign out. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.LogoutModel</c>.</summary>
    public Type? Logout { get; set; }

    /// <summary>A Razor component that replaces the signed-out page. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.SignedOutModel</c>.</summary>
    public Type? SignedOut { get; set; }

    /// <summary>A Razor component that replaces the page of connected apps. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.AppsModel</c>.</summary>
    public Type? Apps { get; set; }

    /// <summary>A Razor component that replaces the error page. It gets one parameter, <c>Model</c>, a <c>Gatehouse.Pages.ErrorModel</c>.</summary>
    public Type? Error { get; set; }
}
