// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage (§2: authenticated requests)
namespace Gatehouse.Http;

/// <summary>
/// On an endpoint of ours that judges the bearer token itself, by rules that the scheme does not know. <c>UseAuthentication</c> comes before it and would look the same token up first,
/// or count and log it as refused for being of another kind.
/// </summary>
internal sealed class ReadsBearerToken
{
    public static readonly ReadsBearerToken Itself = new();
}
