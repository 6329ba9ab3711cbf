// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.2.4, §4.12, §4.16: referrers, redirects, framing)
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>A page for a user, with the headers that keep it to itself.</summary>
/// <param name="Html">The document.</param>
/// <param name="StyleNonce">What its own style element carries.</param>
/// <param name="Language">Its language, as a BCP 47 tag.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record HtmlPage(string Html, string StyleNonce, string Language = "en", int Status = StatusCodes.Status200OK)
{
    /// <summary>
    /// The origin that the answer to the page's form redirects to. Chromium holds <c>form-action</c> against redirects too, so without it the button does nothing.
    /// </summary>
    public string? FormTarget { get; init; }

    /// <summary>Whether the app brings a stylesheet or a component of its own, which may have images and fonts of the app.</summary>
    public bool HasContentOfTheApp { get; init; }

    /// <summary>Whether it shows the app's logo.</summary>
    public bool HasLogo { get; init; }

    /// <summary>Whether it has a script of this host's own. No page of the package has one; passkeys cannot be had without.</summary>
    public bool HasScript { get; init; }

    /// <summary>The origins of what it loads in frames.</summary>
    public IReadOnlyList<string> FrameSources { get; init; } = [];

    /// <summary>Where the browser goes from it by itself, and after how long.</summary>
    public (string Url, TimeSpan After)? GoesOn { get; init; }

    /// <summary>How long to wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        OAuthResults.NoStore(http.Response);
        var content = HasContentOfTheApp ? " 'self'; img-src 'self'; font-src 'self'" : HasLogo ? "; img-src 'self'" : "";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; {(HasScript ? "script-src 'self'; " : "")}style-src 'nonce-{StyleNonce}'{content}; {(FrameSources.Count > 0 ? $"frame-src {string.Join(' ', FrameSources.Distinct(StringComparer.Ordinal))}; " : "")}form-action 'self'{(FormTarget is null ? "" : " " + FormTarget)}; frame-ancestors 'none'; base-uri 'none'";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // The app's own UseHsts, if it has one, has spoken already. Never for this machine: it would hold for every other program behind a port of it.
        if (http.Request.IsHttps && headers.StrictTransportSecurity.Count == 0 && !IsThisMachine(http.Request.Host.Host))
            headers.StrictTransportSecurity = "max-age=31536000";
        if (RetryAfter is { } wait) headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling(wait.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
        // The header and not a meta element: it needs no place in a page that the app may have replaced.
        if (GoesOn is { } next) headers["Refresh"] = string.Create(CultureInfo.InvariantCulture, $"{(long)next.After.TotalSeconds};url={next.Url}");
        headers.ContentLanguage = Language;
        http.Response.StatusCode = Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(Html, http.RequestAborted);
    }

    /// <summary>
    /// 303, always: a browser that is told 307 sends the body of the POST along, and with it what the user typed (SR-011).
    /// </summary>
    public static void SeeOther(HttpContext http, string location)
    {
        OAuthResults.NoStore(http.Response);
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = location;
    }

    private static bool IsThisMachine(string host) => host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
