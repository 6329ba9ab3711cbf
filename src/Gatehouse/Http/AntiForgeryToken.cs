// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§4.4.1.9, §4.4.1.10: forms that somebody else fills in)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>
/// Proves that a form is sent by the browser that got it, for the user it was shown to. Our own instead of ASP.NET Core's, whose cookie is <c>SameSite=Strict</c>: users come to our pages from
/// another site, where a strict cookie stays away, and so the page in a second tab would make the first one's useless. A lax cookie is sent with neither a foreign form nor a foreign script.
/// </summary>
internal sealed class AntiForgeryToken(IDataProtectionProvider protection)
{
    public const string Field = "form_token";

    // A random value that names the browser and nothing else. __Host-: no other host can plant one (RFC 6265bis §4.1.3.2).
    private const string SecureCookie = "__Host-gatehouse-browser", PlainCookie = "gatehouse-browser";

    private readonly IDataProtector protector = protection.CreateProtector("Gatehouse.Http.AntiForgeryToken");

    /// <summary>A hidden field for a form.</summary>
    /// <param name="http">Gets the cookie, if the browser has none.</param>
    /// <param name="subject">For whom the form is; empty if anybody at this browser may send it.</param>
    public KeyValuePair<string, string> For(HttpContext http, string subject)
    {
        if (BrowserOf(http) is not { } browser)
        {
            browser = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            http.Response.Cookies.Append(NameOf(http), browser, new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true });
        }
        return new(Field, System.Buffers.Text.Base64Url.EncodeToString(protector.Protect(Text(browser, subject))));
    }

    public bool IsValid(HttpContext http, Parameters form, string subject)
    {
        if (BrowserOf(http) is not { } browser || form.Optional(Field) is not { } token || !System.Buffers.Text.Base64Url.IsValid(token)) return false;
        try
        {
            return CryptographicOperations.FixedTimeEquals(protector.Unprotect(System.Buffers.Text.Base64Url.DecodeFromChars(token)), Text(browser, subject));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string? BrowserOf(HttpContext http) => http.Request.Cookies[NameOf(http)] is { Length: 43 } browser ? browser : null;

    private static string NameOf(HttpContext http) => http.Request.IsHttps ? SecureCookie : PlainCookie;

    private static byte[] Text(string browser, string subject) => Encoding.UTF8.GetBytes($"{browser}\n{subject}");
}
