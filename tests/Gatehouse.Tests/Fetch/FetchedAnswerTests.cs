using System.IO.Compression;
using System.Net;
using System.Text;
using Gatehouse.Fetch;

namespace Gatehouse.Tests.Fetch;

/// <summary>What an answer may be, and how much of it is read.</summary>
[Trait(Rule.Requirement, "SR-151")]
public sealed class FetchedAnswerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [Trait(Rule.Requirement, "SR-161")]
    [InlineData("404 Not Found\nContent-Type: application/json", "answered 404")]
    [InlineData("204 No Content\nContent-Type: application/json", "answered 204")]
    [InlineData("500 No\nContent-Type: application/json", "answered 500")]
    [InlineData("200 OK\nContent-Type: text/html", "not of a JSON media type")]
    [InlineData("200 OK", "not of a JSON media type")]
    [InlineData("200 OK\nContent-Type: application/json\nContent-Encoding: br", "compressed")]
    public async Task Anything_but_a_plain_200_of_JSON_brings_nothing(string head, string reason)
    {
        await using var server = LoopbackServer.Start(head, head.StartsWith("204", StringComparison.Ordinal) ? "" : "{}");
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.Equal(FetchFailure.Unusable, result.Failure);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/jwk-set+json")]
    [InlineData("application/json; charset=utf-8")]
    public async Task Every_spelling_of_JSON_is_JSON(string type)
    {
        await using var server = LoopbackServer.Start($"200 OK\nContent-Type: {type}", "{}");
        using var fetch = Rig();

        Assert.True((await fetch.GetAsync(Url(server), FetchLimits.Json, Ct)).Succeeded);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-166")]
    public async Task A_compressed_bomb_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(new byte[50_000_000], Ct);
        await using var server = LoopbackServer.Start("200 OK\nContent-Type: application/json\nContent-Encoding: gzip", Encoding.Latin1.GetString(packed.ToArray()));
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.Equal(FetchFailure.Unusable, result.Failure);
        Assert.Contains("compressed", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-166")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_without_end_is_cut_off(bool announced)
    {
        var written = 0L;
        await using var server = LoopbackServer.Start(async (stream, ct) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{(announced ? "Content-Length: 10000000000\r\n" : "")}\r\n"), ct);
            var chunk = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(chunk, ct);
                Interlocked.Add(ref written, chunk.Length);
            }
        });
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.Equal((FetchFailure.Unusable, "its answer is longer than 65536 bytes"), (result.Failure, result.Reason));
        Assert.True(Interlocked.Read(ref written) < 50_000_000);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-166")]
    public async Task Headers_without_end_are_cut_off()
    {
        await using var server = LoopbackServer.Start(async (stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), ct);
            while (true) await stream.WriteAsync(Encoding.ASCII.GetBytes($"X: {new string('x', 1000)}\r\n"), ct);
        });
        using var fetch = Rig();

        Assert.Equal(FetchFailure.Unreachable, (await fetch.GetAsync(Url(server), FetchLimits.Json, Ct)).Failure);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-166")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")]
    public async Task A_server_that_drips_is_left_in_time(string head)
    {
        await using var server = LoopbackServer.Start(async (stream, ct) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), ct);
            while (true)
            {
                await stream.WriteAsync(" "u8.ToArray(), ct);
                await Task.Delay(20, ct);
            }
        });
        using var fetch = Rig(timeout: TimeSpan.FromMilliseconds(400));

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Ct);

        Assert.NotEqual(FetchFailure.None, result.Failure);
    }

    [Theory]
    [InlineData("rubbish\r\n\r\n")]
    [InlineData("HTTP/1.1 999999 No\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: \u00ff\u0001;;;=\r\n\r\n{}")]
    [InlineData("")]
    public async Task A_server_that_speaks_no_HTTP_is_a_reason_and_not_an_exception(string bytes)
    {
        await using var server = LoopbackServer.Start((stream, ct) => stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), ct).AsTask());
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.False(result.Succeeded);
        Assert.NotEmpty(result.Reason);
    }

    [Theory]
    [InlineData("Cache-Control: max-age=60\nAge: 20", 40)]
    [InlineData("Cache-Control: max-age=60\nAge: 90", 0)]
    [InlineData("Cache-Control: no-store, max-age=60", 0)]
    [InlineData("Cache-Control: no-cache", 0)]
    [InlineData("Date: Sun, 08 Mar 2026 02:30:00 GMT\nExpires: Sun, 08 Mar 2026 02:31:30 GMT", 90)]
    [InlineData("Date: Sun, 08 Mar 2026 02:30:00 GMT\nExpires: Sun, 08 Mar 2026 02:00:00 GMT", 0)]
    [InlineData("X: y", null)]
    public async Task Freshness_is_what_HTTP_says(string headers, int? seconds)
    {
        await using var server = LoopbackServer.Start($"200 OK\nContent-Type: application/json\n{headers}", "{}");
        using var fetch = Rig();

        Assert.Equal(seconds, (int?)(await fetch.GetAsync(Url(server), FetchLimits.Json, Ct)).FreshFor?.TotalSeconds);
    }

    private static SafeFetch Rig(TimeSpan? timeout = null) =>
        new(new FetchOptions { AllowedHosts = { "127.0.0.1" }, Timeout = timeout ?? TimeSpan.FromSeconds(5) }, Dns.GetHostAddressesAsync);

    private static Uri Url(LoopbackServer server) => new($"http://127.0.0.1:{server.Port}/document");
}
