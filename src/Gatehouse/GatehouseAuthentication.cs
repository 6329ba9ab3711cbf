namespace Gatehouse;

/// <summary>The names of Gatehouse's authentication schemes.</summary>
public static class GatehouseAuthentication
{
    /// <summary>
    /// <c>Authorization: Bearer</c> (RFC 6750 §2.1) becomes the user; a token in the query string or the body is ignored. Signing out of it revokes the presented token and everything of its
    /// family, refresh token included.
    /// </summary>
    public const string Scheme = "Gatehouse";

    /// <summary>
    /// A bearer header selects the token, even a bad one; without the header it is the app's own cookie. Signing in goes to the cookie; signing out to whichever was presented. Who is not
    /// signed in gets 401 as an API client and the login page as a reader of pages. A cookie that comes with an unsafe request from another site is not believed.
    /// </summary>
    public const string SchemeOrCookie = "GatehouseOrCookie";

    /// <summary>
    /// The cookie of the package's own login page, <c>/oauth2/login</c>. It is used when the app has an <see cref="Users.IUserAuthenticator"/> and no sign-in scheme of its own, and then says to
    /// Gatehouse's own pages who the user is; the app's API goes on to take bearer tokens only. Name it in <see cref="GatehouseOptions.UserScheme"/> to use it for the app's pages, too.
    /// </summary>
    public const string Cookie = "GatehouseCookie";
}
