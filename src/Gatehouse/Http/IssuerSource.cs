// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: issuer)
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>Who we are. From configuration; only Development may take it from the request (SR-240), and start-up validation sees to that.</summary>
internal sealed class IssuerSource(IOptions<GatehouseOptions> options)
{
    private readonly string? configured = options.Value.Issuer;

    private volatile string? seen;

    public string For(HttpRequest request) => configured ?? (seen = $"{request.Scheme}://{request.Host}{request.PathBase}");

    /// <summary>For what happens outside of requests; null in Development until the first one has come.</summary>
    public string? Known => configured ?? seen;
}
