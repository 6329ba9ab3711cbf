using Gatehouse.Pages;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Diagnostics;

namespace Gatehouse.Server.Web;

/// <summary>The last resort: whatever went wrong, its user sees a page of ours that says nothing about it, and the operator has it in the log (SR-225).</summary>
internal static class FailurePage
{
    public static void UseFailurePage(this WebApplication app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = async http =>
        {
            if (http.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad)
            {
                http.Response.StatusCode = bad.StatusCode;
                return;
            }
            var page = await http.RequestServices.GetRequiredService<PageRenderer>().ErrorAsync(OAuthError.TemporarilyUnavailable("see the exception"), http.Request);
            await page.WriteAsync(http);
        },
    });
}
