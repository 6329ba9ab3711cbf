// RFC 9207 - OAuth 2.0 Authorization Server Issuer Identification
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>
/// The answer, as a URI for the user's browser. It always says who answers, so that a client of several servers cannot be made to take one's code to another.
/// </summary>
internal static class AuthorizeResponse
{
    public static string Code(RedirectTarget target, string code, string issuer) => Write(target, issuer, ("code", code));

    public static string Error(RedirectTarget target, OAuthError error, string issuer) =>
        Write(target, issuer, ("error", error.Code), ("error_description", error.Description));

    /// <summary>Appended: the registered URI keeps its own query (RFC 6749 §3.1.2), character for character.</summary>
    private static string Write(RedirectTarget target, string issuer, params ReadOnlySpan<(string Name, string Value)> answer)
    {
        var uri = new StringBuilder(target.Uri);
        var separator = !target.Uri.Contains('?') ? "?" : target.Uri[^1] is '?' or '&' ? "" : "&";
        foreach (var (name, value) in answer) Append(name, value);
        if (target.State is { } state) Append("state", state);
        Append("iss", issuer);
        return uri.ToString();

        void Append(string name, string value)
        {
            uri.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = "&";
        }
    }
}
