using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Counts;

/// <summary>Hands requests to the app without a socket: what is counted is the app's, and next to nothing of what brings it there.</summary>
internal sealed class DirectServer : IServer
{
    private Func<IFeatureCollection, Task>? process;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull
    {
        process = async features =>
        {
            var context = application.CreateContext(features);
            await application.ProcessRequestAsync(context);
            application.DisposeContext(context, null);
        };
        return Task.CompletedTask;
    }

    public async Task<Answer> SendAsync(string method, string path, string query = "", string? body = null, string? authorization = null)
    {
        var request = new HttpRequestFeature { Method = method, Scheme = "https", Path = path, QueryString = query, Protocol = "HTTP/1.1" };
        request.Headers.Host = "app.example";
        if (authorization is not null) request.Headers.Authorization = authorization;
        if (body is not null)
        {
            request.Headers.ContentType = "application/x-www-form-urlencoded";
            request.Headers.ContentLength = body.Length;
            request.Body = new MemoryStream(Encoding.ASCII.GetBytes(body), writable: false);
        }
        var response = new HttpResponseFeature();
        var written = new MemoryStream(1024);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(written));
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback });
        await process!(features);
        await features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        return new(response.StatusCode, Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length), response.Headers.Location);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() { }
}

internal sealed record Answer(int Status, string Body, StringValues Location)
{
    /// <summary>A member of the JSON, found without reading it: a reader would be counted, too.</summary>
    public string Member(string name)
    {
        var start = Body.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
        return Body[start..Body.IndexOf('"', start)];
    }

    public string Code
    {
        get
        {
            var location = Location.ToString();
            var start = location.IndexOf("code=", StringComparison.Ordinal) + 5;
            var end = location.IndexOf('&', start);
            return end < 0 ? location[start..] : location[start..end];
        }
    }
}
