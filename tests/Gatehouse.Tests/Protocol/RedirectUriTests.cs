using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class RedirectUriTests
{
    [Theory]
    [Trait(Rule.Requirement, "SR-001")]
    [InlineData("https://app.example/cb", "https://app.example/cb", true)]
    [InlineData("https://app.example/cb", "https://app.example/cb/", false)]
    [InlineData("https://app.example/cb", "https://app.example/cb?x=1", false)]
    [InlineData("https://app.example/cb", "https://APP.example/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example:443/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example/x/../cb", false)]
    [InlineData("https://app.example/cb", "https://app.example/%63b", false)]
    [InlineData("https://app.example/cb", "https://app.example/cb#", false)]
    [InlineData("https://app.example/cb", " https://app.example/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example/cb\n", false)]
    [InlineData("https://app.example/cb", "http://app.example/cb", false)]
    [InlineData("com.example.app:/cb", "com.example.app:/cb", true)]
    [InlineData("com.example.app:/cb", "COM.example.app:/cb", false)]
    public void A_requested_URI_is_the_registered_one_octet_for_octet(string registered, string requested, bool matches) =>
        Assert.Equal(matches, RedirectUri.Matches(registered, requested));

    [Theory]
    [Trait(Rule.Requirement, "SR-002")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true)]
    [InlineData("http://127.0.0.1:80/cb", "http://127.0.0.1/cb", true)]
    [InlineData("http://[::1]:1/cb", "http://[::1]:65535/cb", true)]
    [InlineData("http://localhost:3000/cb", "http://localhost:4000/cb", true)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.1/cb?a=b", "http://127.0.0.1:9/cb?a=b", true)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?a=b", false)]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.2:80/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example:8443/cb", false)]
    public void Only_the_port_of_a_loopback_URI_may_differ(string registered, string requested, bool matches) =>
        Assert.Equal(matches, RedirectUri.Matches(registered, requested));

    [Theory]
    [Trait(Rule.Requirement, "SR-003")]
    [InlineData("http://127.0.0.1/cb", "http://localhost/cb")]
    [InlineData("http://localhost/cb", "http://127.0.0.1/cb")]
    [InlineData("http://localhost/cb", "http://[::1]/cb")]
    [InlineData("http://[::1]/cb", "http://127.0.0.1/cb")]
    [InlineData("http://localhost/cb", "http://localhost.evil.example/cb")]
    public void A_loopback_host_never_stands_for_another(string registered, string requested) =>
        Assert.False(RedirectUri.Matches(registered, requested));

    [Theory]
    [InlineData("https://app.example/cb", false)]
    [InlineData("https://app.example", false)]
    [InlineData("https://app.example:8443/cb?tenant=a%20b", false)]
    [InlineData("https://[2001:db8::1]/cb", false)]
    [InlineData("https://localhost:3000/cb", false)]
    [InlineData("https://xn--bcher-kva.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", true)]
    [InlineData("http://127.0.0.1:4567/cb", true)]
    [InlineData("http://[::1]:4567", true)]
    [InlineData("http://localhost:3000/cb", true)]
    [InlineData("com.example.app:/oauth", true)]
    [InlineData("com.example.app://oauth", true)]
    public void A_sound_URI_can_be_registered(string uri, bool native) => Assert.Null(RedirectUri.CheckRegistration(uri, native));

    [Theory]
    [Trait(Rule.Requirement, "SR-004")]
    [InlineData("", "is empty")]
    [InlineData("/cb", "is relative")]
    [InlineData("//app.example/cb", "is relative")]
    [InlineData("app.example/cb", "is relative")]
    [InlineData(":nonsense", "is relative")]
    [InlineData("https://app.example/cb#part", "fragment")]
    [InlineData("https://app.example/cb#", "fragment")]
    [InlineData("https://user@app.example/cb", "user information")]
    [InlineData("https://user:pw@app.example/cb", "user information")]
    [InlineData("https://app.example@evil.example/cb", "user information")]
    [InlineData("com.example.app://user@cb", "user information")]
    [InlineData("https://*.example/cb", "wildcard")]
    [InlineData("https://app.example/*", "wildcard")]
    [InlineData("https://app.example/c\nb", "percent-encoded")]
    [InlineData("https://app.example/c\0b", "percent-encoded")]
    [InlineData("https://app.example/c b", "percent-encoded")]
    [InlineData(" https://app.example/cb", "percent-encoded")]
    [InlineData("https://app.example\\@evil.example/", "percent-encoded")]
    [InlineData("https://bücher.example/cb", "punycode")]
    [InlineData("https://app.example/%", "'%'")]
    [InlineData("https://app.example/%4", "'%'")]
    [InlineData("https://app.example/%zz", "'%'")]
    [InlineData("javascript:alert(1)", "javascript")]
    [InlineData("JavaScript:alert(1)", "javascript")]
    [InlineData("data:text/html,x", "data")]
    [InlineData("vbscript:x", "vbscript")]
    [InlineData("file:///etc/passwd", "file")]
    [InlineData("blob:https://app.example/1", "blob")]
    [InlineData("https://", "no valid host")]
    [InlineData("https:///cb", "no valid host")]
    [InlineData("https:/app.example/cb", "no valid host")]
    [InlineData("https://app.example:/cb", "no valid host")]
    [InlineData("https://app.example:0/cb", "no valid host")]
    [InlineData("https://app.example:99999/cb", "no valid host")]
    [InlineData("https://app..example/cb", "no valid host")]
    [InlineData("https://app%2eexample/cb", "no valid host")]
    [InlineData("https://[::1/cb", "no valid host")]
    [InlineData("https://[::1]x/cb", "no valid host")]
    [InlineData("https://[fe80::1%251]/cb", "no valid host")]
    public void A_URI_that_could_lead_elsewhere_cannot_be_registered(string uri, string reason) => AssertRefused(uri, native: true, reason);

    [Theory]
    [Trait(Rule.Requirement, "SR-005")]
    [InlineData("http://app.example/cb", false)]
    [InlineData("http://app.example/cb", true)]
    [InlineData("http://127.0.0.1/cb", false)]
    [InlineData("http://localhost/cb", false)]
    [InlineData("http://127.0.0.2/cb", true)]
    [InlineData("http://127.0.0.1.evil.example/cb", true)]
    [InlineData("HTTP://127.0.0.1/cb", true)]
    [InlineData("http://0.0.0.0/cb", true)]
    public void Plain_http_is_for_loopback_of_native_clients(string uri, bool native) => AssertRefused(uri, native, "uses http");

    [Theory]
    [Trait(Rule.Requirement, "SR-006")]
    [InlineData("com.example.app:/cb", false)]
    [InlineData("myapp:/cb", true)]
    [InlineData("myapp://cb", true)]
    [InlineData("ftp://app.example/cb", true)]
    public void Private_use_schemes_have_a_period_and_a_native_client(string uri, bool native) => AssertRefused(uri, native, "private-use scheme");

    [Theory]
    [Trait(Rule.Requirement, "SR-012")]
    [InlineData("https://app.example/cb?code=1")]
    [InlineData("https://app.example/cb?a=b&state=")]
    [InlineData("https://app.example/cb?iss")]
    [InlineData("https://app.example/cb?error=x")]
    [InlineData("https://app.example/cb?response=x")]
    [InlineData("https://app.example/cb?c%6Fde=1")]
    [InlineData("https://app.example/cb?CODE=1")]
    [InlineData("https://app.example?code=1")]
    [InlineData("https://app.example/cb?a=b;code=1")]
    public void A_query_that_the_answer_would_double_cannot_be_registered(string uri) => AssertRefused(uri, native: false, "query parameter");

    [Fact]
    [Trait(Rule.Requirement, "SR-004")]
    public void A_URI_without_end_cannot_be_registered() => AssertRefused("https://app.example/" + new string('a', 2048), native: false, "longer than");

    [Fact]
    [Trait(Rule.Requirement, "SR-001")]
    [Trait(Rule.Requirement, "SR-003")]
    public void Whatever_matches_differs_at_most_in_the_port_of_a_loopback_address() =>
        // Near misses of each other: pieces that are easily taken for the same.
        Gen.Select(Gen.OneOf("http://127.0.0.1", "http://[::1]", "http://localhost", "https://127.0.0.1", "http://127.0.0.1.evil.example", "https://app.example", "com.example.app:"),
                Gen.OneOf("", ":80", ":0", ":65536", ":1a", ":", "@evil.example"), Gen.OneOf("", "/", "/cb", "/CB", "/cb/", "?a=b", "/cb?a=b"))
            .Array[2]
            .Sample(pair =>
            {
                var ((host, port, rest), (otherHost, otherPort, otherRest)) = (pair[0], pair[1]);
                var expected = host + port + rest == otherHost + otherPort + otherRest
                    || (host is ("http://127.0.0.1" or "http://[::1]" or "http://localhost") && host == otherHost && rest == otherRest
                        && port is ("" or ":80") && otherPort is ("" or ":80"));
                return RedirectUri.Matches(host + port + rest, otherHost + otherPort + otherRest) == expected;
            });

    private static void AssertRefused(string uri, bool native, string reason)
    {
        var error = RedirectUri.CheckRegistration(uri, native);

        Assert.NotNull(error);
        Assert.Equal("invalid_redirect_uri", error.Code);
        Assert.StartsWith("redirect_uris: ", error.Description, StringComparison.Ordinal);
        Assert.Contains(reason, error.Description, StringComparison.Ordinal);
    }
}
