using System.Diagnostics;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Diagnostics;

/// <summary>What a trace shows of a request, and what it never shows.</summary>
[Collection(Traced.Collection)]
public sealed class TracingTests
{
    [Fact]
    public async Task A_token_request_is_decided_issued_and_stored_in_this_order()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        using var traced = new Traced();
        var trace = ActivityTraceId.CreateRandom();
        provider.Http.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        await client.RefreshAsync(first.RefreshToken);

        Assert.Equal(["token decide", "token issue", "store redeem"], traced.Spans.Where(span => span.TraceId == trace).Select(span => span.OperationName));
    }

    [Fact]
    public async Task Nothing_is_recorded_unless_the_trace_is()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        Assert.Null(Gatehouse.Diagnostics.Tracing.Span("token decide"));
        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    [Fact]
    [Trait("SR", "SR-226")]
    public async Task Neither_spans_nor_metrics_hold_a_secret_or_a_user()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var measured = new Measured(provider.Services);
        using var traced = new Traced();

        using var browser = await Browser.SignedInAsync(provider);
        var answer = await browser.AllowAsync(await browser.AuthorizeAsync(client));
        var first = await client.RedeemAsync(answer.Code);
        var password = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);
        await client.IntrospectAsync(second.AccessToken);
        await client.RefreshAsync(second.RefreshToken);
        await client.RefreshAsync(first.RefreshToken);
        await client.RevokeAsync(second.RefreshToken);

        string?[] secrets = [client.Secret, "alice", "wonderland", answer.Code, first.AccessToken, first.RefreshToken, second.AccessToken, second.RefreshToken, password.AccessToken, password.RefreshToken];
        var told = measured.All.Select(one => one.ToString())
            .Concat(traced.Spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName).Append(span.StatusDescription ?? ""))).ToList();
        Assert.True(told.Count > 20, $"Only {told.Count} were told.");
        Assert.DoesNotContain(told, text => secrets.Any(secret => text.Contains(secret!, StringComparison.OrdinalIgnoreCase)));
    }
}
