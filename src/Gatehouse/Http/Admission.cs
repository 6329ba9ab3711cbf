// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>
/// Lets in as many requests as can be worked on, has some more wait for a bounded time, the oldest first, and refuses the rest at once: under any load those that are let in are answered soon, and a refusal costs hardly more than
/// an HTTP request must (<see cref="SheddingPolicy"/>).
/// </summary>
/// <remarks>Oldest first, because all wait about as long, and not long. Newest first would have the same number answered, and some of them after everybody else.</remarks>
internal sealed partial class Admission(IOptions<GatehouseOptions> options, TimeProvider clock, Bursts bursts, Metrics metrics, ILogger<Admission> log) : IDisposable
{
    /// <summary>How long the log says nothing more of one burst.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(10);

    private readonly LimitOptions limits = options.Value.Limits;

    private readonly ConcurrencyLimiter? limiter = options.Value.Limits.RequestLimit == 0 ? null : new(new()
    {
        PermitLimit = options.Value.Limits.RequestLimit,
        QueueLimit = options.Value.Limits.RequestQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly Patience patience = new(options.Value.Limits.WaitingTime, clock);

    /// <summary>For whoever wants to see how full it is.</summary>
    public RateLimiterStatistics? Statistics => limiter?.GetStatistics();

    /// <summary>Whether it would be refused now, were it all here. What a browser asks before it asks is answered from nothing, and so never is.</summary>
    public bool IsFullFor(HttpRequest request) =>
        Statistics is { CurrentAvailablePermits: 0 } now && now.CurrentQueuedCount >= limits.RequestQueue && !HttpMethods.IsOptions(request.Method);

    /// <summary>What an endpoint answers when there is too much to do, told and counted.</summary>
    public Refusal With(RequestDelegate answer) => new(answer, () =>
    {
        if (bursts.MaySay(this, quiet, out var unsaid)) Shed(log, limits.RequestLimit, limits.RequestQueue, limits.WaitingTime, unsaid);
        metrics.Sheds.Add(1, new KeyValuePair<string, object?>(Attributes.Reason, "requests"));
    });

    public async Task RunAsync(HttpContext http, RequestDelegate endpoint, Refusal refusal)
    {
        try
        {
            if (limiter is null || HttpMethods.IsOptions(http.Request.Method))
            {
                await endpoint(http);
                return;
            }
            await ReceiveAsync(http.Request, http.RequestAborted);
            using var place = await EnterAsync(limiter);
            // Nobody looks whether those who wait are still there: that would cost each of them something.
            if (http.RequestAborted.IsCancellationRequested) return;
            await (place is { IsAcquired: true } ? endpoint : refusal.Endpoint.RequestDelegate!)(http);
        }
        catch (ServerBusyException busy) when (!http.Response.HasStarted)
        {
            Note(busy);
            http.Response.Clear();
            await refusal.Answer(http);
        }
    }

    /// <summary>Something further in had too much to do.</summary>
    public void Note(ServerBusyException busy)
    {
        if (bursts.MaySay(busy.Message, quiet, out var unsaid)) Busy(log, busy.Message, unsaid);
        metrics.Sheds.Add(1, new KeyValuePair<string, object?>(Attributes.Reason, "busy"));
    }

    public void Dispose() => limiter?.Dispose();

    /// <summary>Null if it waited in vain.</summary>
    private async ValueTask<RateLimitLease?> EnterAsync(ConcurrencyLimiter limiter)
    {
        var place = limiter.AttemptAcquire();
        if (place.IsAcquired) return place;
        var waiting = limiter.AcquireAsync(1, patience.Token).AsTask();
        // To throw would cost more than the whole refusal.
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return waiting.IsCompletedSuccessfully ? await waiting : null;
    }

    /// <summary>Whoever sends its body a byte at a time holds no place meanwhile: a few hundred of those would shut everybody else out.</summary>
    private static async ValueTask ReceiveAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength is 0 || request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding") && HttpProtocol.IsHttp11(request.Protocol)) return;
        var body = request.BodyReader;
        while (!IsHere(body, await body.ReadAsync(ct)))
        {
        }
    }

    /// <summary>All of it, or more than anybody reads. It stays where it is, for the endpoint to read.</summary>
    private static bool IsHere(PipeReader body, ReadResult read)
    {
        var enough = read.IsCompleted || read.IsCanceled || read.Buffer.Length > FormReader.MaxBytes;
        body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return enough;
    }

    [LoggerMessage(1011, LogLevel.Warning, "Requests are refused with 503: {Limit} are worked on and {Queue} wait, which is all that may, or one waited for {Time} (Gatehouse:Limits). {Unsaid} more were refused since this was said last. See whether the database is slow; else this node has more to do than it can: add one.")]
    private static partial void Shed(ILogger log, int limit, int queue, TimeSpan time, long unsaid);

    [LoggerMessage(1012, LogLevel.Warning, "Requests are refused with 503: {Reason} {Unsaid} more were refused since this was said last.")]
    private static partial void Busy(ILogger log, string reason, long unsaid);
}
