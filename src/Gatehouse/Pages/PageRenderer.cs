using System.Security.Cryptography;
using Gatehouse.Http;
using Gatehouse.Pages.Texts;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Pages;

/// <summary>Renders our pages, or the app's own in their place: Razor components without script and without routing.</summary>
internal sealed class PageRenderer(IOptions<GatehouseOptions> options, ScopeWords scopes, IHostEnvironment environment, ILoggerFactory loggers)
{
    private readonly PageOptions pages = options.Value.Pages;
    private readonly string style = PageStyle.Of(options.Value.Pages);

    /// <param name="model">What to show.</param>
    /// <param name="formTarget">The origin that the answer redirects to.</param>
    /// <param name="request">A component of the app may inject the request's services; its stylesheet lies below the request's root.</param>
    public async Task<HtmlPage> ConsentAsync(ConsentModel model, string formTarget, HttpRequest request)
    {
        var texts = LanguageOf(request);
        model = model with
        {
            ClientName = ShownName.Of(model.ClientName),
            UserName = ShownName.Of(model.UserName),
            Scopes = Described(model.Scopes, texts),
        };
        return await RenderAsync(pages.Consent, typeof(ConsentPage), model, request) with { FormTarget = formTarget };
    }

    /// <param name="model">What to show.</param>
    /// <param name="formTarget">Where the authorization that goes on afterwards may redirect to at once, if that is known.</param>
    /// <param name="request">As for <see cref="ConsentAsync"/>.</param>
    public async Task<HtmlPage> LoginAsync(LoginModel model, string? formTarget, HttpRequest request)
    {
        model = model with
        {
            ClientName = model.ClientName is null ? null : ShownName.Of(model.ClientName),
            SignedInAs = model.SignedInAs is null ? null : ShownName.Of(model.SignedInAs),
        };
        var status = model.Problem switch
        {
            LoginProblem.None => StatusCodes.Status200OK,
            LoginProblem.Wait => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status400BadRequest,
        };
        return await RenderAsync(pages.Login, typeof(LoginPage), model, request) with { FormTarget = formTarget, Status = status, RetryAfter = model.RetryAfter };
    }

    public Task<HtmlPage> LogoutAsync(LogoutModel model, HttpRequest request) =>
        RenderAsync(pages.Logout, typeof(LogoutPage), model with { ClientName = model.ClientName is { } name ? ShownName.Of(name) : null, UserName = ShownName.Of(model.UserName) }, request);

    /// <param name="model">What to show.</param>
    /// <param name="frameSources">The origins of its frames.</param>
    /// <param name="request">As for the other pages.</param>
    public async Task<HtmlPage> SignedOutAsync(SignedOutModel model, IReadOnlyList<string> frameSources, HttpRequest request) =>
        await RenderAsync(pages.SignedOut, typeof(SignedOutPage), model with { ClientName = model.ClientName is { } name ? ShownName.Of(name) : null }, request) with { FrameSources = frameSources };

    public Task<HtmlPage> AppsAsync(AppsModel model, HttpRequest request)
    {
        var texts = LanguageOf(request);
        model = model with
        {
            SignedInAs = ShownName.Of(model.SignedInAs),
            RevokedName = ShownName.Of(model.RevokedName),
            Apps = [.. model.Apps.Select(app => app with { Name = ShownName.Of(app.Name), Scopes = Described(app.Scopes, texts) })],
        };
        return RenderAsync(pages.Apps, typeof(AppsPage), model, request);
    }

    public Task<HtmlPage> ErrorAsync(OAuthError error, HttpRequest request) => ErrorAsync(pages.Error, error, request);

    /// <summary>Never the app's own component.</summary>
    public Task<HtmlPage> BusyAsync(OAuthError error, HttpRequest request) => ErrorAsync(null, error, request);

    private async Task<HtmlPage> ErrorAsync(Type? ofTheApp, OAuthError error, HttpRequest request)
    {
        var model = new ErrorModel { Code = error.Code, Description = error.Description, IsTemporary = error.Status == StatusCodes.Status503ServiceUnavailable };
        return await RenderAsync(ofTheApp, typeof(ErrorPage), model, request) with { Status = error.Status, RetryAfter = error.RetryAfter };
    }

    /// <summary>The one word of a page that passes an answer on, in the user's language.</summary>
    public FrontChannelResponse Worded(FrontChannelResponse answer, HttpRequest request)
    {
        if (answer.Form is null) return answer;
        var texts = LanguageOf(request);
        return answer with { Continue = texts.Continue, Language = texts.Language, IsRightToLeft = texts.IsRightToLeft };
    }

    public PageTexts LanguageOf(HttpRequest request) =>
        LanguageChoice.Choose(pages.Languages, pages.DefaultLanguage, UiLocales.Of(request.HttpContext), request.Headers.AcceptLanguage);

    /// <summary>Any page in our look; the standalone server's own, too, which speak English.</summary>
    public async Task<HtmlPage> RenderAsync(Type? ofTheApp, Type ours, PageModel model, HttpRequest request, PageTexts? texts = null)
    {
        // Hexadecimal is the same text in an attribute and in a header.
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        model = model with
        {
            ApplicationName = pages.ApplicationName ?? environment.ApplicationName,
            Logo = Below(request, pages.Logo),
            Stylesheet = Below(request, pages.Stylesheet),
            Texts = texts ?? LanguageOf(request),
            Style = style,
            StyleNonce = nonce,
        };
        await using var renderer = new HtmlRenderer(request.HttpContext.RequestServices, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync(ofTheApp ?? ours, ParameterView.FromDictionary(new Dictionary<string, object?> { ["Model"] = model }));
            return root.ToHtmlString();
        });
        return new(html, nonce, model.Texts.Language) { HasContentOfTheApp = ofTheApp is not null || model.Stylesheet is not null, HasLogo = model.Logo is not null };
    }

    private IReadOnlyList<ConsentScope> Described(IReadOnlyList<ConsentScope> asked, PageTexts texts) =>
        [.. asked.Select(scope => scope with { Description = scopes.Find(scope.Name, texts) })];

    private static string? Below(HttpRequest request, string? path) => path is null ? null : request.PathBase.Value + path;
}
