// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§3: where it is; as a client sees it)
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.Cli.Doctor;

/// <summary>A running server, as a client sees it.</summary>
internal sealed class ServerProbe : IDisposable
{
    private const string WellKnown = "/.well-known/oauth-authorization-server";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(15) };

    public ServerProbe(Uri server) => Server = server.AbsoluteUri.TrimEnd('/');

    /// <summary>A node behind a proxy, as the proxy asks it: if it is asked by http, the client used https.</summary>
    public static ServerProbe OfNode(Uri node)
    {
        var probe = new ServerProbe(node);
        if (node.Scheme == Uri.UriSchemeHttp) probe.http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return probe;
    }

    /// <summary>Where it was asked for, without a trailing slash.</summary>
    public string Server { get; }

    /// <summary>Who it says it is; empty until <see cref="ReadMetadataAsync"/> succeeded.</summary>
    public string Issuer { get; private set; } = "";

    private JsonElement Metadata { get; set; }

    /// <summary>Reads the metadata. Null if that succeeded, else what went wrong.</summary>
    public async Task<(string? Problem, DateTimeOffset? Date)> ReadMetadataAsync(CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(MetadataUri(), ct);
            var date = response.Headers.Date;
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            if ((int)response.StatusCode != 200) return ($"GET {MetadataUri()} answered {Answer.Read((int)response.StatusCode, body).Problem}", date);
            Metadata = JsonElement.Parse(body);
            Issuer = Text("issuer") ?? "";
            return (Issuer.Length == 0 ? "the metadata has no issuer" : null, date);
        }
        catch (Exception e) when (IsUnreachable(e, ct))
        {
            return ($"GET {MetadataUri()} failed: {Reason(e)}", null);
        }
        catch (JsonException)
        {
            return ($"GET {MetadataUri()} did not answer with JSON", null);
        }
    }

    /// <summary>What the standalone server says of itself; null where there is nothing of the kind.</summary>
    public async Task<bool?> IsReadyAsync(CancellationToken ct)
    {
        using var response = await http.GetAsync(Server + "/health/ready", ct);
        return response.StatusCode switch { System.Net.HttpStatusCode.OK => true, System.Net.HttpStatusCode.ServiceUnavailable => false, _ => null };
    }

    /// <summary>The keys that it publishes, in one order; empty if it does not say.</summary>
    public async Task<IReadOnlyList<string>> ReadKeyIdsAsync(CancellationToken ct)
    {
        if (Endpoint("jwks_uri") is not { } url) return [];
        try
        {
            var keys = JsonElement.Parse(await http.GetByteArrayAsync(url, ct)).GetProperty("keys");
            return [.. keys.EnumerateArray().Select(key => key.GetProperty("kid").GetString()!).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (IsUnreachable(e, ct) || e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>What the issuer becomes when a caller claims that it was asked for under another name.</summary>
    public async Task<string?> IssuerForForeignHostAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, MetadataUri());
        request.Headers.Add("X-Forwarded-Host", "doctor.invalid");
        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode && body.Contains("doctor.invalid", StringComparison.Ordinal) ? body : null;
    }

    /// <summary>An endpoint of the metadata, at the address that we were given: the issuer's own may not resolve from here.</summary>
    public string? Endpoint(string name) =>
        Text(name) is not { } url ? null : url.StartsWith(Issuer + "/", StringComparison.Ordinal) ? Server + url[Issuer.Length..] : url;

    public async Task<Answer> PostAsync(string url, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = authorization;
        using var response = await http.SendAsync(request, ct);
        return Answer.Read((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct));
    }

    public async Task<int> GetStatusAsync(string url, string accessToken, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new("Bearer", accessToken);
        using var response = await http.SendAsync(request, ct);
        return (int)response.StatusCode;
    }

    public static bool IsUnreachable(Exception e, CancellationToken ct) => e is HttpRequestException or SocketException || (e is TaskCanceledException && !ct.IsCancellationRequested);

    /// <summary>Of https .NET says only that there is an inner exception, which knows what is wrong with the certificate.</summary>
    public static string Reason(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } tls }
        ? $"https could not be set up: {tls.Message}"
        : e.Message;

    public void Dispose() => http.Dispose();

    /// <summary>The well-known part goes between host and path (§3.1).</summary>
    private string MetadataUri() => new Uri(Server) is var uri && uri.AbsolutePath == "/" ? Server + WellKnown : uri.GetLeftPart(UriPartial.Authority) + WellKnown + uri.AbsolutePath;

    private string? Text(string name) =>
        Metadata.ValueKind is JsonValueKind.Object && Metadata.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What an endpoint answered.</summary>
internal sealed record Answer(int Status, JsonElement Body)
{
    /// <summary>What is not JSON has an undefined body.</summary>
    public static Answer Read(int status, byte[] body)
    {
        try
        {
            return new(status, body.Length == 0 ? default : JsonElement.Parse(body));
        }
        catch (JsonException)
        {
            return new(status, default);
        }
    }

    public string? Text(string name) =>
        Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>The error in words; never a token.</summary>
    public string Problem => $"{Status} {Text("error") ?? "without an error code"}{(Text("error_description") is { } description ? ": " + description : "")}";
}
