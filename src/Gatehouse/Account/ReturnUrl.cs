// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.11: open redirection)
namespace Gatehouse.Account;

/// <summary>Where a user goes after signing in: a path of this host, whatever the link to the login page said (SR-009).</summary>
internal static class ReturnUrl
{
    // Browsers take "//" and "/\" for the beginning of a host, and drop tabs and line breaks before they look.
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && url.All(c => c is > ' ' and <= '~' and not '\\');
}
