using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Fetch;
using Gatehouse.Testing;
using Gatehouse.Tests.Fetch;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Clients;

/// <summary>Against a site that really answers, on a clock that the test moves.</summary>
public sealed class ClientKeysTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero));
    private readonly RecordingLoggerProvider logs = new();
    private readonly LoggerFactory loggers;
    private readonly SafeFetch fetch = new(new FetchOptions { AllowedHosts = { "127.0.0.1" }, Timeout = TimeSpan.FromSeconds(2) }, Dns.GetHostAddressesAsync);
    private readonly ClientKeys keys;
    private volatile string answer = "";
    private volatile TaskCompletionSource? hold;
    private LoopbackServer site = null!;

    public ClientKeysTests()
    {
        loggers = new([logs]);
        keys = new(fetch, clock, loggers.CreateLogger<ClientKeys>());
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        site = LoopbackServer.Start(async (stream, ct) =>
        {
            if (hold is { } held) await held.Task.WaitAsync(ct);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), ct);
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        fetch.Dispose();
        loggers.Dispose();
    }

    [Fact]
    public async Task Keys_in_the_metadata_need_no_fetch()
    {
        var client = new Client { Id = "c", Jwks = JsonElement.Parse(Set("a", "b")) };

        Assert.Equal(["b"], await KidsAsync(client, "b"));
        Assert.Equal(["a", "b"], await KidsAsync(client, null));
        Assert.Empty(await KidsAsync(client, "x"));
    }

    [Fact]
    public async Task A_client_without_keys_has_none() => Assert.Empty(await KidsAsync(new Client { Id = "c" }, "a"));

    [Fact]
    public async Task A_set_without_any_kid_answers_for_every_kid()
    {
        Site(Set([null]));

        Assert.Single(await keys.FindAsync(Remote(), "whatever", Ct));
    }

    [Fact]
    public async Task Fetched_keys_are_kept_as_long_as_the_site_says()
    {
        Site(Set("a"), "\nCache-Control: max-age=600");

        await KidsAsync(Remote(), "a");
        clock.Advance(TimeSpan.FromSeconds(599));
        await KidsAsync(Remote(), "a");
        Assert.Equal(1, site.Connections);
        clock.Advance(TimeSpan.FromSeconds(2));
        await KidsAsync(Remote(), "a");

        Assert.Equal(2, site.Connections);
    }

    [Theory]
    [InlineData("\nCache-Control: no-store", 59, 61)]
    [InlineData("", 3599, 3601)]
    [InlineData("\nCache-Control: max-age=31536000", 86_399, 86_401)]
    public async Task What_the_site_says_is_believed_within_bounds(string header, int before, int after)
    {
        Site(Set("a"), header);
        await KidsAsync(Remote(), "a");

        clock.Advance(TimeSpan.FromSeconds(before));
        await KidsAsync(Remote(), "a");
        Assert.Equal(1, site.Connections);
        clock.Advance(TimeSpan.FromSeconds(after - before));
        await KidsAsync(Remote(), "a");
        Assert.Equal(2, site.Connections);
    }

    [Fact]
    public async Task An_unknown_kid_fetches_anew_but_not_at_a_strangers_will()
    {
        Site(Set("a"));
        await KidsAsync(Remote(), "a");
        clock.Advance(TimeSpan.FromSeconds(31));
        Site(Set("a", "b"));

        Assert.Equal(["b"], await KidsAsync(Remote(), "b"));
        for (var i = 0; i < 10; i++) Assert.Empty(await KidsAsync(Remote(), $"made-up-{i}"));

        Assert.Equal(2, site.Connections);
        clock.Advance(TimeSpan.FromSeconds(31));
        await KidsAsync(Remote(), "made-up");
        Assert.Equal(3, site.Connections);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-173")]
    public async Task However_many_ask_one_fetch_is_under_way()
    {
        Site(Set("a"));
        hold = new();

        var asking = Enumerable.Range(0, 20).Select(_ => KidsAsync(Remote(), "a")).ToArray();
        await Task.Delay(50, Ct);
        hold.SetResult();

        Assert.All(await Task.WhenAll(asking), kids => Assert.Equal(["a"], kids));
        Assert.Equal(1, site.Connections);
    }

    [Fact]
    public async Task Known_keys_are_used_while_the_site_cannot_be_reached_and_not_for_ever()
    {
        Site(Set("a"));
        await KidsAsync(Remote(), "a");
        answer = "rubbish";
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(["a"], await KidsAsync(Remote(), "a"));
        Assert.Contains("could not be renewed from http://127.0.0.1", Assert.Single(logs.Lines, line => line.Event.Id == 1122).Message, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromHours(24));
        Assert.Empty(await KidsAsync(Remote(), "a"));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-167")]
    public async Task A_failure_is_not_kept_and_not_repeated_at_once()
    {
        answer = LoopbackServer.Http("500 No", "");
        Assert.Empty(await KidsAsync(Remote(), "a"));
        Assert.Empty(await KidsAsync(Remote(), "a"));
        Assert.Equal(1, site.Connections);
        Assert.Contains("it answered 500", Assert.Single(logs.Lines, line => line.Event.Id == 1121).Message, StringComparison.Ordinal);

        Site(Set("a"));
        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(["a"], await KidsAsync(Remote(), "a"));
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-154")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA","kid":"a"}]}""", "secret")]
    [InlineData("""{"keys":[]}""", "1 to 20 keys")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}]}""", "malformed")]
    [InlineData("""{"keys":{},"keys":[]}""", "not JSON")]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""", "not JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[", "not JSON")]
    [InlineData("null", "must be a JWK Set")]
    public async Task A_document_that_is_no_set_of_public_keys_is_refused(string document, string reason)
    {
        Site(document);

        Assert.Empty(await KidsAsync(Remote(), "a"));
        Assert.Contains(reason, Assert.Single(logs.Lines, line => line.Event.Id == 1121).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_we_cannot_use_are_passed_over()
    {
        Site("""{"keys":[{"kty":"EC","crv":"secp256k1","x":5},{"kty":"PQC"},""" + Set("a")["{\"keys\":[".Length..]);

        Assert.Equal(["a"], await KidsAsync(Remote(), null));
    }

    [Fact]
    public async Task A_slow_site_makes_nobody_hang()
    {
        hold = new();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keys.FindAsync(Remote(), "a", impatient.Token).AsTask());
        Assert.Empty(await KidsAsync(Remote(), "a"));
        Assert.Empty(await KidsAsync(Remote(), "a"));
        Assert.Equal(1, site.Connections);
    }

    private async Task<string?[]> KidsAsync(Client client, string? kid) => [.. (await keys.FindAsync(client, kid, Ct)).Select(key => key.Kid)];

    private Client Remote() => new() { Id = "c", JwksUri = $"http://127.0.0.1:{site.Port}/jwks" };

    private void Site(string document, string headers = "") => answer = LoopbackServer.Http("200 OK\nContent-Type: application/json" + headers, document);

    private static string Set(params string?[] kids) => $$"""{"keys":[{{string.Join(',', kids.Select(Key))}}]}""";

    private static string Key(string? kid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"{{(kid is null ? "" : $",\"kid\":\"{kid}\"")}}}""";
    }
}
