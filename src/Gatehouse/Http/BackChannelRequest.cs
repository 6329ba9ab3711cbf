// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.2: requests that clients send directly)
using System.Net;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>A direct request by a client, free of HTTP: what authentication and grants may know of it.</summary>
/// <param name="Authorization">The <c>Authorization</c> header, or null.</param>
/// <param name="Form">The body.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Issuer">Who we are to this client.</param>
internal sealed record BackChannelRequest(string? Authorization, Parameters Form, IPAddress? Address, string Issuer)
{
    public static async ValueTask<Result<BackChannelRequest>> ReadAsync(HttpContext http, IssuerSource issuer)
    {
        // SR-093: a secret in the URI is in logs and histories by now; refusing it is how its owner finds out.
        if (http.Request.QueryString.HasValue && http.Request.Query.ContainsKey("client_secret"))
            return OAuthError.InvalidRequest("client_secret must not be in the URI", "A client put its secret into the request URI. It is in access logs now: replace it with `gatehouse clients add-secret`.");
        var header = http.Request.Headers.Authorization;
        if (header.Count > 1)
            return OAuthError.InvalidRequest("more than one Authorization header");
        if (!(await FormReader.ReadAsync(http.Request, http.RequestAborted)).Succeeded(out var form, out var error)) return error;
        return new BackChannelRequest(header.Count == 0 ? null : header[0], form, http.Connection.RemoteIpAddress, issuer.For(http.Request));
    }
}
