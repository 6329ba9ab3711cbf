namespace Gatehouse.Server.Web;

/// <summary>Our one script, from our own origin: the content security policy of its pages allows no other.</summary>
internal static class PasskeyScript
{
    private static readonly byte[] Text = Read();

    public static Task WriteAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentType = "text/javascript; charset=utf-8";
        http.Response.ContentLength = Text.Length;
        return http.Response.Body.WriteAsync(Text, http.RequestAborted).AsTask();
    }

    private static byte[] Read()
    {
        using var resource = typeof(PasskeyScript).Assembly.GetManifestResourceStream("passkey.js")!;
        var text = new byte[resource.Length];
        resource.ReadExactly(text);
        return text;
    }
}
