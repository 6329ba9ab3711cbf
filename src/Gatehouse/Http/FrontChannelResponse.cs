// OAuth 2.0 Form Post Response Mode - OAuth 2.0 Form Post Response Mode (§2)
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>An answer that the user's browser takes to a client.</summary>
/// <param name="Uri">Where to.</param>
internal sealed record FrontChannelResponse(string Uri)
{
    // The same text for everybody, so the content policy can name it by its hash.
    private const string Script = "document.forms[0].submit()";

    private static readonly string ScriptHash = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Script)));

    /// <summary>What is posted there; null for a redirect, whose answer is in <see cref="Uri"/>.</summary>
    public IReadOnlyList<(string Name, string Value)>? Form { get; init; }

    /// <summary>The one origin that the form may be posted to, as a source of a content policy.</summary>
    public string FormTarget { get; init; } = "'none'";

    /// <summary>What the button and the title say, in the user's language.</summary>
    public string Continue { get; init; } = "Continue";

    /// <summary>That language (BCP 47), and how it is written.</summary>
    public string Language { get; init; } = "en";

    public bool IsRightToLeft { get; init; }

    public Task WriteAsync(HttpContext http)
    {
        if (Form is not null) return WriteFormAsync(http);
        HtmlPage.SeeOther(http, Uri);
        return Task.CompletedTask;
    }

    /// <summary>A form that sends itself. The button is for browsers without script, and stays for those whose script does not run.</summary>
    private Task WriteFormAsync(HttpContext http)
    {
        OAuthResults.NoStore(http.Response);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'sha256-{ScriptHash}'; form-action {FormTarget}; frame-ancestors 'none'; base-uri 'none'";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        http.Response.ContentType = "text/html; charset=utf-8";
        headers.ContentLanguage = Language;
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"").Append(Encode(Language)).Append(IsRightToLeft ? "\" dir=\"rtl" : "\" dir=\"ltr")
            .Append("\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\"><title>")
            .Append(Encode(Continue)).Append("</title></head>\n<body>\n");
        html.Append("<form method=\"post\" action=\"").Append(Encode(Uri)).Append("\">\n");
        foreach (var (name, value) in Form!)
            html.Append("<input type=\"hidden\" name=\"").Append(Encode(name)).Append("\" value=\"").Append(Encode(value)).Append("\">\n");
        html.Append("<button type=\"submit\">").Append(Encode(Continue)).Append("</button>\n</form>\n<script>").Append(Script).Append("</script>\n</body>\n</html>\n");
        return http.Response.WriteAsync(html.ToString(), http.RequestAborted);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
