// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1: requests that come through the user's browser)
using System.Text;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>A request that a client sent through the user's browser, free of HTTP.</summary>
/// <param name="Parameters">Query or form. May hold repeated parameters: where that error goes is only known later.</param>
/// <param name="Issuer">Who we are to this client.</param>
/// <param name="Path">Where it came in, from the root of the host: a local path, so a safe place to send the browser back to.</param>
internal sealed record FrontChannelRequest(Parameters Parameters, string Issuer, string Path)
{
    public static async ValueTask<Result<FrontChannelRequest>> ReadAsync(HttpContext http, IssuerSource issuer)
    {
        var request = http.Request;
        if (IsByScriptOfAnotherSite(request)) return ForUsersOnly;
        var read = HttpMethods.IsPost(request.Method)
            ? await FormReader.ReadAsync(request, http.RequestAborted, keepRepeated: true)
            // The raw text, because the framework's own decoding would turn broken UTF-8 into something that was not sent.
            : FormReader.Parse(Encoding.UTF8.GetBytes(request.QueryString.HasValue ? request.QueryString.Value[1..] : ""), keepRepeated: true);
        if (!read.Succeeded(out var parameters, out var error)) return error;
        UiLocales.Note(http, parameters);
        return new FrontChannelRequest(parameters, issuer.For(request), LocalPath(request));
    }

    public static OAuthError ForUsersOnly => OAuthError.InvalidRequest("this is a page for people, not for scripts", "A script of another site called a page that is for users.");

    /// <summary>
    /// A navigation never has an Origin on a GET, and says that it is one on a POST. We send no CORS headers (SR-026), but an app that allows other origins everywhere would let their scripts
    /// read what only its user should see.
    /// </summary>
    public static bool IsByScriptOfAnotherSite(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && origin != $"{request.Scheme}://{request.Host}" && (HttpMethods.IsGet(request.Method) || request.Headers["Sec-Fetch-Mode"] == "cors");

    public static string LocalPath(HttpRequest request) => request.PathBase.Add(request.Path).ToUriComponent().TrimEnd('/');
}
