using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Pages.Texts;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;

namespace Gatehouse.Server.Web;

/// <summary>Pages of the server in the package's own look and with its headers.</summary>
internal sealed class AccountPages(PageRenderer renderer, IAntiforgery antiforgery)
{
    public async Task<IResult> ShowAsync<TPage>(HttpContext http, AccountModel model, ServerUser? user = null, string? formTarget = null, bool hasScript = false, bool inEnglish = true) where TPage : IComponent
    {
        var tokens = antiforgery.GetAndStoreTokens(http);
        model = model with { FormToken = new(tokens.FormFieldName, tokens.RequestToken!), UserName = user?.UserName, IsAdministrator = user?.IsAdministrator ?? false };
        var page = await renderer.RenderAsync(null, typeof(TPage), model, http.Request, inEnglish ? PageTexts.English : null);
        // A form that was refused is answered as what it is; the text on it says no more than it may.
        return new PageResult(page with { FormTarget = formTarget, HasScript = hasScript, Status = model.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest });
    }
}

internal sealed class PageResult(HtmlPage page) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => page.WriteAsync(httpContext);
}

/// <summary>To another page of ours: 303, so that nothing that was typed goes along.</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HtmlPage.SeeOther(httpContext, path);
        return Task.CompletedTask;
    }
}
