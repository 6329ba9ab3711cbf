// RFC 7517 - JSON Web Key (JWK) (§5: JWK Set)
using System.Text;
using Gatehouse.Http;
using Gatehouse.Keys;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Discovery;

/// <summary>The public keys, with which any JwtBearer verifies our JWTs.</summary>
internal sealed class JwksEndpoint(KeyRing keys)
{
    public async Task HandleAsync(HttpContext http)
    {
        var ring = await keys.GetNewestAsync(http.RequestAborted);
        http.Response.Headers.Remove("Pragma");
        http.Response.Headers.CacheControl = $"public, max-age={(int)KeyOptions.DocumentMaxAge.TotalSeconds}";
        http.Response.Headers.AccessControlAllowOrigin = "*";
        await OAuthResults.JsonAsync(http, Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', ring.PublicKeys)}}]}"""));
    }
}
