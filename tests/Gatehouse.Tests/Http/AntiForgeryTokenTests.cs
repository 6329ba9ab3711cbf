using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Http;

public sealed class AntiForgeryTokenTests
{
    private readonly AntiForgeryToken forms = new(new EphemeralDataProtectionProvider());

    private static DefaultHttpContext Request(string? cookie = null, bool https = true)
    {
        var http = new DefaultHttpContext { Request = { Scheme = https ? "https" : "http" } };
        if (cookie is not null) http.Request.Headers.Cookie = cookie;
        return http;
    }

    private static string CookieOf(HttpContext http) => http.Response.Headers.SetCookie.ToString().Split(';')[0];

    private static Parameters Form(string? token)
    {
        Assert.True(Parameters.From(token is null ? [] : [new(AntiForgeryToken.Field, token)]).Succeeded(out var form, out _));
        return form!;
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public void A_form_counts_in_its_browser_for_its_user_and_nowhere_else()
    {
        var shown = Request();
        var token = forms.For(shown, "1").Value;
        var cookie = CookieOf(shown);
        Assert.True(forms.IsValid(Request(cookie), Form(token), "1"));
        Assert.False(forms.IsValid(Request(cookie), Form(token), "2"));
        Assert.False(forms.IsValid(Request(cookie), Form(token), ""));
        Assert.False(forms.IsValid(Request(), Form(token), "1"));
        var other = Request();
        forms.For(other, "1");
        Assert.False(forms.IsValid(Request(CookieOf(other)), Form(token), "1"));
        // What comes over plain http was not sent with the cookie that only https may set.
        Assert.False(forms.IsValid(Request(cookie, https: false), Form(token), "1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64url!")]
    public void Anything_else_is_no_token(string? token)
    {
        var shown = Request();
        forms.For(shown, "1");
        Assert.False(forms.IsValid(Request(CookieOf(shown)), Form(token), "1"));
    }

    [Fact]
    public void A_browser_keeps_its_cookie_so_that_every_tab_stays_good()
    {
        var first = Request();
        var token = forms.For(first, "1").Value;
        var second = Request(CookieOf(first));
        Assert.NotEqual(token, forms.For(second, "1").Value);
        Assert.Empty(second.Response.Headers.SetCookie.ToString());
        Assert.True(forms.IsValid(Request(CookieOf(first)), Form(token), "1"));
    }

    [Theory]
    [InlineData(true, "__Host-gatehouse-browser", "secure")]
    [InlineData(false, "gatehouse-browser", null)]
    public void The_cookie_names_nobody_and_comes_from_nowhere_else(bool https, string name, string? secure)
    {
        var http = Request(https: https);
        forms.For(http, "1");
        Assert.Matches($"^{name}=[A-Za-z0-9_-]{{43}}; path=/; {(secure is null ? "" : secure + "; ")}samesite=lax; httponly$", http.Response.Headers.SetCookie.ToString());
    }

    [Fact]
    public void A_cookie_that_we_did_not_make_is_replaced()
    {
        var http = Request("__Host-gatehouse-browser=short");
        forms.For(http, "1");
        Assert.NotEmpty(http.Response.Headers.SetCookie.ToString());
    }
}
