// RFC 8252 - OAuth 2.0 for Native Apps (§7: loopback and private-use redirect URIs; with RFC 9700 §2.1 exact matching)
using System.Buffers;
using System.Globalization;

namespace Gatehouse.Protocol;

/// <summary>Which redirect URIs a client may register, and which one a request may then name.</summary>
/// <remarks>
/// Works on the text as it was sent. <see cref="Uri"/> equality would fold case, default ports, dots and international names, and each
/// of these foldings has been somebody's open redirect.
/// </remarks>
internal static class RedirectUri
{
    /// <summary>Nobody needs more, and an unbounded one would be stored, logged and put in a header.</summary>
    public const int MaxLength = 2048;

    /// <summary>What our own answer appends (SR-012): a registered query that has one of these already would let it be forged or doubled.</summary>
    private static readonly string[] ResponseParameters = ["code", "state", "iss", "error", "response"];

    private static readonly string[] ScriptSchemes = ["javascript", "data", "vbscript", "file", "blob"];

    private static readonly string[] LoopbackOrigins = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

    /// <summary>RFC 3986 §2, without <c>*</c>: no control characters, spaces, backslashes or raw international characters.</summary>
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()+,;=%");

    private static readonly SearchValues<char> NameAllowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>True if a request may name <paramref name="requested"/> where <paramref name="registered"/> was registered.</summary>
    public static bool Matches(string registered, string requested)
    {
        if (string.Equals(registered, requested, StringComparison.Ordinal)) return true;
        // A native app listens on whatever port the system gives it (§7.3). Only the port may differ; `localhost` is a name that somebody
        // else may answer for (§8.3), so it never stands for the address, nor the address for it.
        foreach (var origin in LoopbackOrigins)
            if (registered.StartsWith(origin, StringComparison.Ordinal) && requested.StartsWith(origin, StringComparison.Ordinal))
                return TrySkipPort(registered.AsSpan(origin.Length), out var mine) && TrySkipPort(requested.AsSpan(origin.Length), out var theirs)
                    && mine.SequenceEqual(theirs);
        return false;
    }

    /// <summary>Null if a client may register <paramref name="uri"/>, else the <c>invalid_redirect_uri</c> that says what to change.</summary>
    /// <param name="uri">As it was sent.</param>
    /// <param name="native">Whether the client's <c>application_type</c> is <c>native</c>.</param>
    /// <param name="member">The member of its metadata that names it, for the error.</param>
    public static OAuthError? CheckRegistration(string uri, bool native, string member = "redirect_uris") =>
        Problem(uri, native) is { } problem ? new("invalid_redirect_uri", $"{member}: '{(uri.Length > MaxLength ? uri[..64] + "..." : uri)}' {problem}") : null;

    private static string? Problem(string uri, bool native)
    {
        if (uri.Length == 0) return "is empty";
        if (uri.Length > MaxLength) return $"is longer than {MaxLength} characters";
        if (uri.Contains('*')) return "contains a wildcard; register each URI in full";
        if (uri.AsSpan().IndexOfAnyExcept(Allowed) is >= 0 and var at)
            return $"contains a character at position {at} that must be percent-encoded (RFC 3986 section 2), or punycode in a host name";
        if (!PercentEncodingIsWhole(uri)) return "contains '%' without two hexadecimal digits";
        if (uri.Contains('#')) return "contains a fragment; remove '#' and what follows";
        return CheckScheme(uri, native) ?? CheckQuery(uri);
    }

    private static string? CheckScheme(string uri, bool native)
    {
        var colon = uri.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(uri[0]) || uri.AsSpan(0, colon).ContainsAnyExcept(NameAllowed) || uri.AsSpan(0, colon).Contains('_'))
            return "is relative; write it in full, for example https://app.example/callback";
        var scheme = uri[..colon].ToLowerInvariant();
        if (ScriptSchemes.Contains(scheme)) return $"uses the scheme '{scheme}', which a browser would run or open; use https";
        var hasAuthority = uri.AsSpan(colon + 1).StartsWith("//");
        var authority = hasAuthority ? uri[(colon + 3)..].Split('/', '?')[0] : "";
        if (authority.Contains('@')) return "contains user information; remove everything up to '@' from the host";
        return scheme switch
        {
            "https" => IsHostAndPort(authority) ? null : "has no valid host",
            "http" when !IsHostAndPort(authority) => "has no valid host",
            "http" when !IsLoopback(uri) => "uses http; use https (http is for loopback addresses of native clients only)",
            "http" => native ? null : "uses http; use https, or register the client with application_type native if it runs on its user's own machine",
            _ when !scheme.Contains('.') =>
                $"uses the private-use scheme '{scheme}'; use https, or a reversed domain name of yours such as com.example.app (RFC 8252 section 7.1)",
            _ when uri.Length == colon + 1 => "has nothing after its scheme",
            _ => native ? null : "uses a private-use scheme, which is for native clients only; set application_type to native",
        };
    }

    private static string? CheckQuery(string uri)
    {
        var question = uri.IndexOf('?');
        if (question < 0) return null;
        // Some frameworks end a parameter at a semicolon, too.
        foreach (var pair in uri[(question + 1)..].Split('&', ';'))
        {
            var name = Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' '));
            if (ResponseParameters.Contains(name, StringComparer.OrdinalIgnoreCase))
                return $"has the query parameter '{name}', which the answer adds; rename it";
        }
        return null;
    }

    private static bool IsLoopback(string uri) =>
        LoopbackOrigins.Any(origin => uri.StartsWith(origin, StringComparison.Ordinal) && TrySkipPort(uri.AsSpan(origin.Length), out _));

    /// <summary>What follows an origin: nothing, or an optional port and then a path or a query.</summary>
    private static bool TrySkipPort(ReadOnlySpan<char> afterHost, out ReadOnlySpan<char> rest)
    {
        rest = afterHost;
        if (afterHost is [':', ..])
        {
            var digits = afterHost[1..].IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : afterHost.Length - 1;
            if (!IsPort(afterHost.Slice(1, digits))) return false;
            rest = afterHost[(1 + digits)..];
        }
        return rest is [] or ['/' or '?', ..];
    }

    private static bool IsHostAndPort(string authority)
    {
        var close = authority.StartsWith('[') ? authority.IndexOf(']') : -1;
        var colon = authority.IndexOf(':', close + 1);
        var host = colon < 0 ? authority : authority[..colon];
        if (colon >= 0 && !IsPort(authority.AsSpan(colon + 1))) return false;
        return close >= 0
            ? close == host.Length - 1 && System.Net.IPAddress.TryParse(host, out var address) && address.ScopeId == 0
            : host.Length is > 0 and <= 253 && !host.AsSpan().ContainsAnyExcept(NameAllowed) && host[0] is not ('.' or '-') && !host.Contains("..", StringComparison.Ordinal);
    }

    private static bool IsPort(ReadOnlySpan<char> digits) =>
        ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    private static bool PercentEncodingIsWhole(string uri)
    {
        for (var i = uri.IndexOf('%'); i >= 0; i = uri.IndexOf('%', i + 1))
            if (i + 2 >= uri.Length || !char.IsAsciiHexDigit(uri[i + 1]) || !char.IsAsciiHexDigit(uri[i + 2]))
                return false;
        return true;
    }
}
