// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1, §3.2: methods and TLS)
using Gatehouse.Diagnostics;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>What every endpoint shares: only its methods, only over https, never stored, and never a stack trace.</summary>
internal sealed partial class EndpointGuard(IOptions<GatehouseOptions> options, IHostEnvironment environment, Admission admission, Bursts bursts, ILogger<EndpointGuard> log)
{
    /// <summary>How long the log says nothing more of failures of one kind.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(1);

    private static readonly OAuthError busy = OAuthError.TemporarilyUnavailable("too many requests");
    private static readonly ReadOnlyMemory<byte> busyBody = OAuthResults.Body(busy);

    private readonly bool requireHttps = options.Value.RequireHttps ?? !environment.IsDevelopment();

    /// <param name="methods">What the <c>Allow</c> header says, for example <c>GET, POST</c>.</param>
    /// <param name="endpoint">What to run once the request may come in.</param>
    /// <param name="refusal">What to answer when there is too much to do; null for what costs no more than that.</param>
    public RequestDelegate Protect(string methods, RequestDelegate endpoint, Refusal? refusal)
    {
        RequestDelegate admitted = refusal is null ? endpoint : http => admission.RunAsync(http, endpoint, refusal);
        var allowed = methods.Split(", ");
        return http =>
        {
            OAuthResults.NoStore(http.Response);
            if (Array.IndexOf(allowed, http.Request.Method) < 0)
            {
                http.Response.Headers.Allow = methods;
                return OAuthResults.ErrorAsync(http, new("invalid_request", $"only {methods} is allowed here", StatusCodes.Status405MethodNotAllowed));
            }
            return requireHttps && !http.Request.IsHttps ? RefusePlainHttpAsync(http) : RunAsync(http, admitted);
        };
    }

    /// <summary>Whether a page of ours can tell its user of a failure: not once the user is gone or the answer has begun; and that there is too much to do is told by who let it in, for less.</summary>
    public static bool CanBeShown(HttpContext http, Exception failure) => failure is not ServerBusyException && !http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted;

    /// <summary>The answer to a client's request that there is no room for.</summary>
    public static Task RefuseAsync(HttpContext http)
    {
        // It says nothing of anybody, and a page must be able to see that it should come back.
        Cors.AllowAll(http);
        return OAuthResults.ErrorAsync(http, busy, busyBody);
    }

    private async Task RunAsync(HttpContext http, RequestDelegate endpoint)
    {
        try
        {
            await endpoint(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone. Whether a transition happened is the store's to say; a refresh may be asked for again.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await OAuthResults.ErrorAsync(http, new("invalid_request", "the request is malformed", e.StatusCode));
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            // An outage or a bug: the operator gets all of it, the client gets a clean error that says to come back.
            if (bursts.MaySay(e.GetType(), quiet, out var unsaid)) Unavailable(log, e, http.Request.Path, unsaid);
            http.Response.Clear();
            await OAuthResults.ErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private Task RefusePlainHttpAsync(HttpContext http)
    {
        // A proxy that terminated TLS tells us so; we only believe it once the app says which proxies are its own.
        var forwarded = http.Request.Headers.ContainsKey("X-Forwarded-Proto") || http.Request.Headers.ContainsKey("Forwarded");
        if (forwarded) ForwardedButNotTrusted(log, http.Connection.RemoteIpAddress);
        else PlainHttp(log, http.Request.Path);
        return OAuthResults.ErrorAsync(http, OAuthError.InvalidRequest(forwarded
            ? "https is required; a proxy sent X-Forwarded-Proto, but the server does not trust it: it must call UseForwardedHeaders with ForwardedHeadersOptions.KnownProxies set"
            : "https is required"));
    }

    [LoggerMessage(1001, LogLevel.Error, "The endpoint {Path} failed and answered temporarily_unavailable. If the exception speaks of the database, see whether it is reachable; nothing was half done. {Unsaid} more failures of this kind were not written down, because one a second is.")]
    private static partial void Unavailable(ILogger log, Exception e, string path, long unsaid);

    [LoggerMessage(1002, LogLevel.Warning, "Refused plain http at {Path}. Serve it over https, or set Gatehouse:RequireHttps to false for a test rig.")]
    private static partial void PlainHttp(ILogger log, string path);

    [LoggerMessage(1003, LogLevel.Warning, "Refused plain http from {Proxy}, which sent a forwarded-protocol header that is not trusted. Call app.UseForwardedHeaders() first, with ForwardedHeadersOptions.ForwardedHeaders = XForwardedFor | XForwardedProto and KnownProxies (or KnownIPNetworks) naming that address.")]
    private static partial void ForwardedButNotTrusted(ILogger log, System.Net.IPAddress? proxy);
}
