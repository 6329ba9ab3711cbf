// RFC 9207 - OAuth 2.0 Authorization Server Issuer Identification
using System.Text;
using Gatehouse.Http;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>
/// The answer, for the user's browser to take to the client. It always says who answers, so that a client of several servers cannot be made to take one's code to another.
/// </summary>
internal static class AuthorizeResponse
{
    public static FrontChannelResponse Code(RedirectTarget target, string code, string issuer) => Write(target, issuer, ("code", code));

    public static FrontChannelResponse Error(RedirectTarget target, OAuthError error, string issuer) =>
        Write(target, issuer, ("error", error.Code), ("error_description", error.Description));

    private static FrontChannelResponse Write(RedirectTarget target, string issuer, params IEnumerable<(string Name, string Value)> answer)
    {
        if (target.State is { } state) answer = answer.Append(("state", state));
        answer = answer.Append(("iss", issuer));
        return target.Mode == ResponseMode.FormPost
            ? new(target.Uri) { Form = [.. answer], FormTarget = RedirectOrigin.Of(target.Uri) }
            : new(Append(target.Uri, answer));
    }

    /// <summary>The registered URI keeps its own query (RFC 6749 §3.1.2), character for character.</summary>
    private static string Append(string registered, IEnumerable<(string Name, string Value)> answer)
    {
        var uri = new StringBuilder(registered);
        var separator = !registered.Contains('?') ? "?" : registered[^1] is '?' or '&' ? "" : "&";
        foreach (var (name, value) in answer)
        {
            uri.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = "&";
        }
        return uri.ToString();
    }
}
