// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using System.IO.Pipelines;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>
/// Lets in as many requests as can be worked on, has some more wait for a bounded time (<see cref="Places"/>), and refuses the rest at once: under any load most of those that are let in are answered soon, and a refusal costs
/// hardly more than an HTTP request must (<see cref="SheddingPolicy"/>).
/// </summary>
internal sealed partial class Admission(IOptions<GatehouseOptions> options, TimeProvider clock, Bursts bursts, Metrics metrics, ILogger<Admission> log) : IDisposable
{
    /// <summary>How long the log says nothing more of one burst.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(10);

    private readonly LimitOptions limits = options.Value.Limits;

    private readonly Places? places = options.Value.Limits is { RequestLimit: > 0 } set
        ? new(LimitOptions.BusyRequests, set.RequestLimit, set.RequestQueue, set.WaitingTime, clock, new(clock, static () => Environment.CpuUsage.TotalTime, Environment.ProcessorCount))
        : null;

    /// <summary>For whoever wants to see how full it is: free places, and how many wait for one.</summary>
    public (long Free, int Waiting) Now => places is null ? (long.MaxValue, 0) : (places.Free, places.InLine);

    /// <summary>Whether it would be refused now, were it all here. What a browser asks before it asks is answered from nothing, and so never is.</summary>
    public bool IsFullFor(HttpRequest request) => places is { AreFull: true } && !HttpMethods.IsOptions(request.Method);

    /// <summary>What an endpoint answers when there is too much to do, told and counted.</summary>
    public Refusal With(RequestDelegate answer) => new(answer, () =>
    {
        if (bursts.MaySay(this, quiet, out var unsaid)) Shed(log, places?.Count ?? 0, limits.RequestQueue, limits.WaitingTime, unsaid);
        metrics.Sheds.Add(1, new KeyValuePair<string, object?>(Attributes.Reason, "requests"));
    });

    public async Task RunAsync(HttpContext http, RequestDelegate endpoint, Refusal refusal)
    {
        try
        {
            if (places is null || HttpMethods.IsOptions(http.Request.Method))
            {
                await endpoint(http);
                return;
            }
            await ReceiveAsync(http.Request, http.RequestAborted);
            if (await places.EnterAsync() is not { } place)
            {
                await refusal.Endpoint.RequestDelegate!(http);
                return;
            }
            try
            {
                // Nobody looks whether those who wait are still there: that would cost each of them something.
                if (!http.RequestAborted.IsCancellationRequested) await endpoint(http);
            }
            finally
            {
                places.Leave(place);
            }
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

    public void Dispose() => places?.Dispose();

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
