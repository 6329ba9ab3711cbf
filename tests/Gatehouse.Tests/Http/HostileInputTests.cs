using System.Text;
using CsCheck;

namespace Gatehouse.Tests.Http;

/// <summary>Whatever is sent: an honest error, never a 5xx, nothing torn, and the next honest request is answered.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] Endpoints = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"];

    private static readonly string[] Names =
        ["grant_type", "client_id", "client_secret", "username", "password", "scope", "refresh_token", "code", "code_verifier", "redirect_uri", "resource", "audience", "token", "token_type_hint", "user_id", "x", ""];

    private static readonly string[] Nasty =
    [
        "", " ", "'", "' OR '1'='1", "'; DROP TABLE clients; --", "1); DELETE FROM artifacts; --", "\"", "\\", "%", "%00", "\0", "\r\nSet-Cookie: x=1", "\n\n", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}",
        "../../etc/passwd", "https://[::1", "http://a b", "://", "\uFFFD", "\uD83D\uDE00", "\u202E", "İ", "ﬁ", "NaN", "-1", "99999999999999999999999", "true", "null", "[]", "{}", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.",
        "gta_", "gtr_" + new string('A', 60), "gta_" + new string('_', 60), "password", "refresh_token", "client_credentials", "authorization_code", "app", "alice", "notes.read", new string('x', 5_000),
    ];

    /// <summary>Raw bytes of a form: real names and values, nasty ones, and plain noise.</summary>
    private static readonly Gen<byte[]> Bodies =
        Gen.Frequency(
            (6, Gen.Select(Gen.OneOf(Names), Gen.Frequency((3, Gen.OneOf(Nasty)), (1, Gen.String[0, 40]))).Array[0, 8]
                .Select(pairs => Encoding.UTF8.GetBytes(string.Join('&', pairs.Select(pair => $"{Escape(pair.Item1)}={Escape(pair.Item2)}"))))),
            (2, Gen.Byte.Array[0, 300]),
            (1, Gen.Char["&=%+;abf0\u00e9"].Array[0, 60].Select(chars => Encoding.UTF8.GetBytes(chars))));

    private static readonly Gen<string?> Headers =
        Gen.Frequency(
            (3, Gen.OneOf<string?>(null, "Basic", "Basic ", "Bearer x", "Basic " + new string('=', 40), "Basic " + new string('A', 9_000), "Digest x", "Basic YXBwOg==")),
            (3, Gen.Byte.Array[0, 60].Select(bytes => (string?)("Basic " + Convert.ToBase64String(bytes)))),
            (2, Gen.Char[' ', '~'].Array[1, 60].Select(chars => (string?)new string(chars))),
            (2, Gen.Const<string?>("(the right one)")));

    [Fact]
    [Trait("SR", "SR-225")]
    [Trait("SR", "SR-075")]
    [Trait("SR", "SR-219")]
    public async Task Nothing_that_is_sent_breaks_an_endpoint()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var types = Gen.Frequency((8, Gen.Const("application/x-www-form-urlencoded")), (1, Gen.OneOf("application/json", "multipart/form-data; boundary=b", "text/plain; charset=utf-7", "", "x", "application/x-www-form-urlencoded; charset=\"")));

        await Gen.Select(Gen.OneOf(Endpoints), Headers, types, Bodies).SampleAsync(async (endpoint, header, type, body) =>
        {
            var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var response = await provider.PostRawAsync(endpoint, header == "(the right one)" ? client.Basic : header, content);
            await IsAnHonestAnswerAsync(response, endpoint);
        }, iter: 600, threads: 1);

        Assert.Equal(200, (await client.PasswordAsync()).Status);
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Theory, InlineData("grant_type"), InlineData("client_id"), InlineData("username"), InlineData("scope"), InlineData("resource"), InlineData("refresh_token"), InlineData("token"), InlineData("(name)")]
    [Trait("SR", "SR-226")]
    [Trait("SR", "SR-032")]
    [Trait("SR", "SR-028")]
    public async Task Nobody_writes_lines_into_the_log(string parameter)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        const string forged = "x\r\ninfo: Gatehouse[1]\n      Client 'admin' got everything\u001b[31m\u0085\u2028";
        (string, string)[] usual = [("grant_type", parameter is "refresh_token" ? "refresh_token" : "password"), ("username", "alice"), ("password", "wrong"), ("token", "x")];
        (string, string)[] form = parameter == "(name)"
            ? [.. usual, (forged, "1"), (forged, "2")]
            : [.. usual.Where(pair => pair.Item1 != parameter), (parameter, forged)];

        foreach (var endpoint in Endpoints)
            foreach (var header in new[] { client.Basic, null, TestClient.BasicOf(forged, "x"), "Basic " + forged.ReplaceLineEndings(" ") })
                await IsAnHonestAnswerAsync(await provider.PostAsync(endpoint, header, form), endpoint);

        var ours = provider.Logs.Lines.Where(line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ours);
        Assert.All(ours, line => Assert.All(line.Values.Select(value => value.Value).Append(line.Message), text => Assert.All(text, c => Assert.InRange(c, ' ', '~'))));
    }

    [Theory, InlineData("grant_type"), InlineData("scope"), InlineData("resource"), InlineData("client_id"), InlineData("username"), InlineData("x")]
    [Trait("SR", "SR-032")]
    public async Task A_huge_value_is_echoed_in_short(string parameter)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        (string, string)[] usual = [("grant_type", "password"), ("username", "alice"), ("password", "wrong")];

        var answer = await client.TokenAsync([.. usual.Where(pair => pair.Item1 != parameter), (parameter, "https://" + new string('x', 60_000))]);

        Assert.Equal(400, answer.Status);
        Assert.InRange(answer.Body.Length, 1, 500);
        Assert.All(provider.Logs.Lines.Where(line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal)), line => Assert.InRange(line.Message.Length, 1, 1_000));
    }

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(options =>
    {
        // Every request is to reach the code behind the throttle.
        (options.Throttling.FreeAttemptsPerAddress, options.Throttling.FreeAttemptsPerClient, options.Throttling.FreeAttemptsPerUser) = (0, 0, 0);
        options.Resources.Add(new() { Identifier = "https://api.example" });
    });

    private static async Task IsAnHonestAnswerAsync(HttpResponseMessage response, string endpoint)
    {
        var answer = await Answer.OfAsync(response);
        Assert.InRange(answer.Status, 200, 499);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        if (answer.Status == 200 && (endpoint == "/oauth2/revoke" || answer.Error is null)) return;
        Assert.Contains(answer.Error, new[] { "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target" });
        answer.IsRefused(answer.Error == "invalid_client" ? 401 : 400, answer.Error!);
        Assert.Equal(["error", "error_description"], answer.Members);
        Assert.All(["Exception", "   at ", "Gatehouse.", "/src/", "SELECT", "System."], word => Assert.DoesNotContain(word, answer.Member("error_description"), StringComparison.Ordinal));
    }

    private static string Escape(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is >= (byte)'a' and <= (byte)'z' or (byte)'_' ? ((char)b).ToString() : $"%{b:X2}"));
}
