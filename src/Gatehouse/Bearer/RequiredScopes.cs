// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage (§3: the scope attribute)
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bearer;

/// <summary>What authorization found that this request needs, for the challenge that tells the client. The framework hands a scheme no reasons.</summary>
internal sealed class RequiredScopes
{
    private Scopes scopes = Scopes.None;
    private bool missing;

    public static void Add(HttpContext http, Scopes scopes, bool missing)
    {
        if (http.Features.Get<RequiredScopes>() is not { } required) http.Features.Set(required = new());
        required.scopes = required.scopes.Union(scopes);
        required.missing |= missing;
    }

    public static Scopes Of(HttpContext http) => http.Features.Get<RequiredScopes>()?.scopes ?? Scopes.None;

    public static bool AreMissing(HttpContext http) => http.Features.Get<RequiredScopes>() is { missing: true };
}
