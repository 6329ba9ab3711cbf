// RFC 6749 - The OAuth 2.0 Authorization Framework (§6 Refreshing an Access Token, as the seed spelled it)
using Microsoft.Extensions.Options;

namespace Gatehouse.Grants;

/// <summary>The seed's README spells its refresh grant <c>refresh</c> in one place, and clients were written by it. They mean <c>refresh_token</c>.</summary>
internal sealed class PyramidRefresh(IOptions<GatehouseOptions> options)
{
    private readonly bool accepted = options.Value.PyramidCompatibility;

    public string Resolve(string grantType) => accepted && grantType == "refresh" ? "refresh_token" : grantType;
}
