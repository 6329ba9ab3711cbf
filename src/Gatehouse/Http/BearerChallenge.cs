// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage (§3: the WWW-Authenticate response header field)
using System.Globalization;
using System.Text;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>Answers a call that lacks a token, or lacks a good one.</summary>
internal static class BearerChallenge
{
    /// <param name="response">Where to.</param>
    /// <param name="error">What was wrong with the credentials; null if there were none, because then a client learns nothing more than where it stands (§3.1).</param>
    /// <param name="scopes">What the called endpoint needs, as far as it is known.</param>
    public static void Write(HttpResponse response, OAuthError? error, Scopes scopes)
    {
        response.StatusCode = error?.Status ?? StatusCodes.Status401Unauthorized;
        if (error?.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return;
        }
        var header = new StringBuilder("Bearer realm=\"gatehouse\"");
        if (error is not null)
        {
            Append(header, "error", error.Code);
            Append(header, "error_description", error.Description);
        }
        if (!scopes.IsEmpty) Append(header, "scope", scopes.ToString());
        // Added, not set: a policy that names several schemes offers them all.
        response.Headers.Append("WWW-Authenticate", header.ToString());
    }

    /// <summary>A quoted-string (RFC 9110 §5.6.4).</summary>
    private static void Append(StringBuilder header, string name, string value)
    {
        header.Append(", ").Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\') header.Append('\\');
            header.Append(c is >= ' ' and <= '~' ? c : '?');
        }
        header.Append('"');
    }
}
