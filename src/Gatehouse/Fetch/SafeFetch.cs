// RFC 9110 - HTTP Semantics (§15: what answers mean; the only place from which a client-supplied URL is called, SR-151)
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace Gatehouse.Fetch;

/// <summary>
/// Fetches URLs that strangers chose: https to public addresses, without redirects, proxies, cookies or compression, within bounds of time, size and number.
/// </summary>
internal sealed class SafeFetch : IDisposable
{
    private const int MaxHeaderKilobytes = 16, MaxInAll = 32, MaxPerHost = 4;

    private readonly FetchPolicy policy;
    private readonly FetchGate gate = new(MaxInAll, MaxPerHost);
    private readonly HttpMessageInvoker invoker;
    private readonly TimeSpan timeout;

    public SafeFetch(IOptions<GatehouseOptions> options) : this(options.Value.Fetch, Dns.GetHostAddressesAsync) { }

    internal SafeFetch(FetchOptions options, ResolveHost resolve)
    {
        policy = new(options);
        timeout = options.Timeout;
        var connection = new FetchConnection(policy, resolve);
        invoker = new(new SocketsHttpHandler
        {
            ConnectCallback = (context, ct) => connection.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, ct),
            ConnectTimeout = timeout,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            // Addresses are checked when a connection is made, so none is kept for long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            // No trace of our own requests in those to others.
            ActivityHeadersPropagator = null,
            SslOptions = { RemoteCertificateValidationCallback = (sender, _, _, errors) => errors == System.Net.Security.SslPolicyErrors.None
                || (options.AcceptAnyCertificateOfAllowedHosts && sender is System.Net.Security.SslStream stream && policy.AllowsHost(stream.TargetHostName)) },
        });
    }

    /// <summary>What is wrong with a URL before anything is looked up, or null: a registration can be refused without a fetch.</summary>
    public string? Problem(Uri uri) => policy.Problem(uri);

    /// <summary>The document at a URL. Only 200 brings one (SR-161).</summary>
    public ValueTask<FetchResult> GetAsync(Uri uri, FetchLimits limits, CancellationToken ct) =>
        SendAsync(uri, HttpMethod.Get, null, limits, static status => status == 200, ct);

    /// <summary>Posts a form. Any 2xx is success.</summary>
    public ValueTask<FetchResult> PostFormAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> pairs, FetchLimits limits, CancellationToken ct) =>
        SendAsync(uri, HttpMethod.Post, pairs, limits, static status => status is >= 200 and < 300, ct);

    private async ValueTask<FetchResult> SendAsync(
        Uri uri, HttpMethod method, IEnumerable<KeyValuePair<string, string>>? form, FetchLimits limits, Func<int, bool> isSuccess, CancellationToken ct)
    {
        if (policy.Problem(uri) is { } problem) return FetchResult.Failed(FetchFailure.Refused, problem);
        // Real time whatever the app's clock says: it is the other side that must not keep us waiting.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            using var place = await gate.EnterAsync(uri.IdnHost, limit.Token);
            using var request = new HttpRequestMessage(method, uri);
            if (form is not null) request.Content = new FormUrlEncodedContent(form);
            request.Headers.TryAddWithoutValidation("User-Agent", "Gatehouse");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            if (limits.IsJson) request.Headers.TryAddWithoutValidation("Accept", "application/json");
            using var response = await invoker.SendAsync(request, limit.Token);
            return await ReadAsync(response, limits, isSuccess, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // A cancelled connection comes as one kind or the other; the tokens say what it was. One that is gone as soon as it is made comes as a bare SocketException.
            ct.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested || e is OperationCanceledException
                ? FetchResult.Failed(FetchFailure.TimedOut, $"it did not answer within {timeout.TotalSeconds:0.#} s (Gatehouse:Fetch:Timeout)")
                : Explain(e);
        }
    }

    private static async Task<FetchResult> ReadAsync(HttpResponseMessage response, FetchLimits limits, Func<int, bool> isSuccess, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        FetchResult Unusable(string reason) => FetchResult.Failed(FetchFailure.Unusable, reason, status);
        if (status is >= 300 and < 400) return Unusable($"it answered {status}, and redirects are not followed");
        if (!isSuccess(status)) return Unusable($"it answered {status}");
        if (response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            return Unusable("its answer is compressed, although that was not asked for");
        if (limits.IsJson && !IsJson(response.Content.Headers.ContentType)) return Unusable("its answer is not of a JSON media type, such as application/json");
        if (response.Content.Headers.ContentLength > limits.MaxBytes) return Unusable($"its answer is longer than {limits.MaxBytes} bytes");
        var buffer = new byte[limits.MaxBytes + 1];
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length > limits.MaxBytes ? Unusable($"its answer is longer than {limits.MaxBytes} bytes") : FetchResult.Of(status, buffer.AsMemory(0, length), FreshFor(response));
    }

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType is { } name
        && (name.Equals("application/json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 9111 §4.2.1 and §4.2.3.</summary>
    private static TimeSpan? FreshFor(HttpResponseMessage response)
    {
        var control = response.Headers.CacheControl;
        if (control is { NoStore: true } or { NoCache: true }) return TimeSpan.Zero;
        if (control?.MaxAge is { } age) return age - (response.Headers.Age ?? TimeSpan.Zero) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        return response.Content.Headers.Expires is { } expires && response.Headers.Date is { } date ? expires > date ? expires - date : TimeSpan.Zero : null;
    }

    private static FetchResult Explain(Exception e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case AddressRefusedException: return FetchResult.Failed(FetchFailure.Refused, inner.Message);
                case AuthenticationException: return FetchResult.Failed(FetchFailure.Unreachable, "its certificate is not trusted, or TLS failed");
                case SocketException socket: return FetchResult.Failed(FetchFailure.Unreachable, $"it cannot be reached ({socket.SocketErrorCode})");
            }
        return FetchResult.Failed(FetchFailure.Unreachable, "the connection broke, or its answer is not HTTP");
    }

    public void Dispose()
    {
        invoker.Dispose();
        gate.Dispose();
    }
}
