using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Fetch;

namespace Gatehouse.Tests.Fetch;

/// <summary>Where it goes, whom it trusts there, and for how long it waits.</summary>
[Trait(Rule.Requirement, "SR-151")]
public sealed class SafeFetchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_fetched_as_it_is()
    {
        await using var server = LoopbackServer.Start("200 OK\nContent-Type: application/json\nCache-Control: max-age=60", """{"keys":[]}""");
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal((200, """{"keys":[]}""", TimeSpan.FromSeconds(60)), (result.Status, Encoding.UTF8.GetString(result.Body.Span), result.FreshFor));
    }

    [Fact]
    public async Task A_request_says_no_more_than_it_must()
    {
        using var activity = new Activity("ours").Start();
        await using var server = LoopbackServer.Start("200 OK\nSet-Cookie: a=b", "");
        using var fetch = Rig();

        await fetch.GetAsync(Url(server), FetchLimits.Status, Ct);
        await fetch.GetAsync(Url(server), FetchLimits.Status, Ct);

        Assert.Equal(["Accept-Encoding", "Host", "User-Agent"], server.Requests.SelectMany(request => request.Split("\r\n").Skip(1).Where(line => line.Length > 0)).Select(line => line.Split(':')[0]).Distinct().Order());
    }

    [Fact]
    public async Task A_form_is_posted()
    {
        await using var server = LoopbackServer.Start("204 No Content");
        using var fetch = Rig();

        var result = await fetch.PostFormAsync(Url(server), [new("logout_token", "a.b+c=")], FetchLimits.Status, Ct);

        Assert.True(result.Succeeded, result.Reason);
        Assert.EndsWith("\r\n\r\nlogout_token=a.b%2Bc%3D", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-164")]
    [InlineData("http://app.example/jwks", "plain http")]
    [InlineData("ftp://app.example/jwks", "only https is fetched")]
    [InlineData("file:///etc/passwd", "not an absolute URL with a host")]
    [InlineData("https://user:secret@app.example/", "user information")]
    [InlineData("https://127.0.0.1/", "which is not public")]
    [InlineData("https://2130706433/", "which is not public")]
    [InlineData("https://0x7f.1/", "which is not public")]
    [InlineData("https://0177.0.0.1/", "which is not public")]
    [InlineData("https://[::1]/", "which is not public")]
    [InlineData("https://[::ffff:127.0.0.1]/", "which is not public")]
    [InlineData("https://[fe80::1]/", "which is not public")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "which is not public")]
    [InlineData("https://localhost/", "which is not public")]
    public async Task A_URL_that_leads_inside_is_never_called(string url, string reason)
    {
        using var fetch = new SafeFetch(new FetchOptions(), Dns.GetHostAddressesAsync);

        var result = await fetch.GetAsync(new(url), FetchLimits.Json, Ct);

        Assert.Equal(FetchFailure.Refused, result.Failure);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-164")]
    public async Task The_address_that_was_checked_is_the_address_that_is_dialled()
    {
        await using var server = LoopbackServer.Start("200 OK");
        var asked = 0;
        // The first answer is harmless; whoever asks again for the connection is led inside.
        using var fetch = new SafeFetch(new FetchOptions { Timeout = TimeSpan.FromSeconds(1) }, (_, _) => Task.FromResult(new[] { ++asked == 1 ? IPAddress.Parse("192.0.2.1") : IPAddress.Loopback }));

        var first = await fetch.GetAsync(new($"https://rebind.example:{server.Port}/"), FetchLimits.Json, Ct);
        var second = await fetch.GetAsync(new($"https://rebind.example:{server.Port}/"), FetchLimits.Json, Ct);

        Assert.Equal((FetchFailure.Refused, FetchFailure.Refused), (first.Failure, second.Failure));
        Assert.Equal((2, 0), (asked, server.Connections));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-164")]
    public async Task Of_several_addresses_only_those_that_are_allowed_are_tried()
    {
        await using var inside = LoopbackServer.Start("200 OK", "inside");
        await using var outside = LoopbackServer.Start((stream, ct) => stream.WriteAsync(Encoding.ASCII.GetBytes(LoopbackServer.Http("200 OK", "outside")), ct).AsTask(), address: IPAddress.Parse("127.0.0.2"));
        var options = new FetchOptions { AllowedNetworks = { "127.0.0.2/32" } };
        using var fetch = new SafeFetch(options, (_, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.Parse("127.0.0.2") }));

        // https, because plain http is for hosts that are named: that TLS fails shows where the connection went.
        await fetch.GetAsync(new($"https://mixed.example:{outside.Port}/"), FetchLimits.Status, Ct);
        await fetch.GetAsync(new($"https://mixed.example:{inside.Port}/"), FetchLimits.Status, Ct);

        Assert.Equal((0, true), (inside.Connections, outside.Connections > 0));
    }

    [Fact]
    public async Task A_host_without_an_address_is_a_reason_and_not_an_exception()
    {
        using var empty = new SafeFetch(new FetchOptions(), (_, _) => Task.FromResult(Array.Empty<IPAddress>()));
        using var unknown = new SafeFetch(new FetchOptions(), (_, _) => Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound)));

        Assert.Contains("no address", (await empty.GetAsync(new("https://app.example/"), FetchLimits.Json, Ct)).Reason, StringComparison.Ordinal);
        Assert.Contains("HostNotFound", (await unknown.GetAsync(new("https://app.example/"), FetchLimits.Json, Ct)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-161")]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_not_followed(int status)
    {
        await using var inside = LoopbackServer.Start("200 OK\nContent-Type: application/json", "{}");
        await using var server = LoopbackServer.Start($"{status} Go\nLocation: http://127.0.0.1:{inside.Port}/");
        using var fetch = Rig();

        var result = await fetch.GetAsync(Url(server), FetchLimits.Json, Ct);

        Assert.Equal((FetchFailure.Unusable, status, 0), (result.Failure, result.Status, inside.Connections));
        Assert.Contains("redirects are not followed", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_a_reason_and_not_an_exception()
    {
        int port;
        await using (var server = LoopbackServer.Start("200 OK")) port = server.Port;
        using var fetch = Rig();

        var result = await fetch.GetAsync(new($"http://127.0.0.1:{port}/"), FetchLimits.Json, Ct);

        Assert.Equal((FetchFailure.Unreachable, "it cannot be reached (ConnectionRefused)"), (result.Failure, result.Reason));
    }

    [Fact]
    public async Task A_server_that_hangs_up_before_the_first_word_is_a_reason_and_not_an_exception()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangingUp = Task.Run(async () =>
        {
            while (true)
            {
                using var accepted = await listener.AcceptSocketAsync(Ct);
                accepted.Close(0);
            }
        }, Ct);
        using var fetch = Rig();

        for (var i = 0; i < 200; i++)
            Assert.Equal(FetchFailure.Unreachable, (await fetch.GetAsync(new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), FetchLimits.Json, Ct)).Failure);

        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => hangingUp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_untrusted_certificate_is_refused_unless_the_rig_is_allowed_any(bool any)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=rig", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var server = LoopbackServer.Start((stream, ct) => stream.WriteAsync(Encoding.ASCII.GetBytes(LoopbackServer.Http("200 OK\nContent-Type: application/json", "{}")), ct).AsTask(), certificate);
        using var fetch = new SafeFetch(new FetchOptions { AllowedHosts = { "rig.example" }, AcceptAnyCertificateOfAllowedHosts = any }, (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));
        using var stranger = new SafeFetch(new FetchOptions { AllowedHosts = { "rig.example" }, AllowedNetworks = { "127.0.0.0/8" }, AcceptAnyCertificateOfAllowedHosts = any }, (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));

        Assert.Equal(any ? FetchFailure.None : FetchFailure.Unreachable, (await fetch.GetAsync(new($"https://rig.example:{server.Port}/"), FetchLimits.Json, Ct)).Failure);
        Assert.Equal(FetchFailure.Unreachable, (await stranger.GetAsync(new($"https://other.example:{server.Port}/"), FetchLimits.Json, Ct)).Failure);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-173")]
    public async Task One_slow_host_keeps_nobody_else_waiting()
    {
        await using var slow = LoopbackServer.Start((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var quick = LoopbackServer.Start("200 OK\nContent-Type: application/json", "{}");
        using var fetch = new SafeFetch(new FetchOptions { AllowedHosts = { "127.0.0.1", "localhost" }, Timeout = TimeSpan.FromSeconds(60) }, Dns.GetHostAddressesAsync);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var waiting = Enumerable.Range(0, 100).Select(_ => fetch.GetAsync(new($"http://127.0.0.1:{slow.Port}/"), FetchLimits.Json, enough.Token).AsTask()).ToArray();
        Assert.True((await fetch.GetAsync(new($"http://localhost:{quick.Port}/"), FetchLimits.Json, Ct)).Succeeded);

        Assert.InRange(slow.Connections, 0, 4);
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        await enough.CancelAsync();
        foreach (var one in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.True((await fetch.GetAsync(new($"http://127.0.0.1:{quick.Port}/"), FetchLimits.Json, Ct)).Succeeded, "The places are free again.");
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-173")]
    public async Task Waiting_for_a_place_is_part_of_the_time_and_gives_the_place_back()
    {
        await using var slow = LoopbackServer.Start((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var quick = LoopbackServer.Start("200 OK\nContent-Type: application/json", "{}");
        using var fetch = Rig(timeout: TimeSpan.FromMilliseconds(400));

        var waiting = Enumerable.Range(0, 20).Select(_ => fetch.GetAsync(Url(slow), FetchLimits.Json, Ct).AsTask()).ToArray();

        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal(FetchFailure.TimedOut, result.Failure));
        // As often as it takes on a machine that has no 400 milliseconds for it.
        await Eventually.TrueAsync(async () => (await fetch.GetAsync(Url(quick), FetchLimits.Json, Ct)).Succeeded);
    }

    [Fact]
    public async Task Whoever_cancels_gets_the_cancellation()
    {
        await using var slow = LoopbackServer.Start((_, ct) => Task.Delay(Timeout.Infinite, ct));
        using var fetch = Rig();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.GetAsync(Url(slow), FetchLimits.Json, cancel.Token).AsTask());
    }

    [Fact]
    public async Task What_is_allowed_beside_the_public_is_said_at_start()
    {
        await using var open = await TestProvider.StartAsync(options => options.Fetch.AllowedHosts.Add("localhost"));
        await using var closed = await TestProvider.StartAsync();

        Assert.Contains(open.Logs.Lines, line => line.Message.Contains("may lead to localhost", StringComparison.Ordinal));
        Assert.DoesNotContain(closed.Logs.Lines, line => line.Message.Contains("may lead to", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_wrong_option_is_named() =>
        Assert.Equal(3, new FetchOptions { AllowedNetworks = { "10.0.0.0/40" }, AllowedHosts = { "http://x" }, Timeout = TimeSpan.Zero }.Problems().Count());

    private static SafeFetch Rig(TimeSpan? timeout = null) =>
        new(new FetchOptions { AllowedHosts = { "127.0.0.1" }, Timeout = timeout ?? TimeSpan.FromSeconds(5) }, Dns.GetHostAddressesAsync);

    private static Uri Url(LoopbackServer server) => new($"http://127.0.0.1:{server.Port}/document");
}
