using System.Security.Cryptography;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Pages;

/// <summary>Renders our pages, or the app's own in their place: Razor components without script and without routing.</summary>
internal sealed class PageRenderer(IOptions<GatehouseOptions> options, IHostEnvironment environment, ILoggerFactory loggers)
{
    private readonly PageOptions pages = options.Value.Pages;

    /// <param name="model">What to show.</param>
    /// <param name="formTarget">The origin that the answer redirects to.</param>
    /// <param name="request">A component of the app may inject the request's services; its stylesheet lies below the request's root.</param>
    public async Task<HtmlPage> ConsentAsync(ConsentModel model, string formTarget, HttpRequest request) =>
        await RenderAsync(pages.Consent, typeof(ConsentPage), model, request) with { FormTarget = formTarget };

    public async Task<HtmlPage> ErrorAsync(OAuthError error, HttpRequest request)
    {
        var model = new ErrorModel { Code = error.Code, Description = error.Description, IsTemporary = error.Status == StatusCodes.Status503ServiceUnavailable };
        return await RenderAsync(pages.Error, typeof(ErrorPage), model, request) with { Status = error.Status };
    }

    private async Task<HtmlPage> RenderAsync(Type? ofTheApp, Type ours, PageModel model, HttpRequest request)
    {
        // Hexadecimal is the same text in an attribute and in a header.
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        model = model with
        {
            ApplicationName = pages.ApplicationName ?? environment.ApplicationName,
            Stylesheet = pages.Stylesheet is { } stylesheet ? request.PathBase.Value + stylesheet : null,
            StyleNonce = nonce,
        };
        await using var renderer = new HtmlRenderer(request.HttpContext.RequestServices, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync(ofTheApp ?? ours, ParameterView.FromDictionary(new Dictionary<string, object?> { ["Model"] = model }));
            return root.ToHtmlString();
        });
        return new(html, nonce) { HasContentOfTheApp = ofTheApp is not null || model.Stylesheet is not null };
    }
}
