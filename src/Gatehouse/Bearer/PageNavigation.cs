using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatehouse.Bearer;

/// <summary>Whether somebody is looking at a page, and can be sent to the login page; a program can only be told no.</summary>
internal static class PageNavigation
{
    public static bool Is(HttpContext http)
    {
        // What ASP.NET Core's own cookie handler goes by: an endpoint that speaks JSON is an API, whoever asks.
        if (http.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<IAllowCookieRedirectMetadata>() is null && metadata.GetMetadata<IDisableCookieRedirectMetadata>() is not null) return false;
        var headers = http.Request.Headers;
        if (headers.TryGetValue("Sec-Fetch-Mode", out var mode)) return mode == "navigate";
        return headers.XRequestedWith != "XMLHttpRequest" && headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
