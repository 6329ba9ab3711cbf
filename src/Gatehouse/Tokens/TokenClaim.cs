using System.Collections.Frozen;
using System.Security.Claims;

namespace Gatehouse.Tokens;

/// <summary>A claim that the app adds to a user's tokens.</summary>
internal sealed record TokenClaim(string Type, string Value)
{
    /// <summary>What the protocol says itself; no app can override it (SR-080).</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "cnf", "act", "may_act", "grant_id", "azp", "nonce",
        "auth_time", "acr", "amr", "sid", "at_hash", "c_hash", "typ", "active", "token_type", ClaimTypes.NameIdentifier);

    public static IReadOnlyList<TokenClaim> From(IReadOnlyList<Claim> claims) =>
        claims.Count == 0 ? [] : [.. claims.Where(claim => !Reserved.Contains(claim.Type)).Select(claim => new TokenClaim(claim.Type, claim.Value))];
}
