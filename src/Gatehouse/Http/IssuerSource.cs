// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: issuer)
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>Who we are. From configuration; only Development may take it from the request (SR-240), and start-up validation sees to that.</summary>
internal sealed class IssuerSource(IOptions<GatehouseOptions> options)
{
    private readonly string? configured = options.Value.Issuer;

    public string For(HttpRequest request) => configured ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
}
