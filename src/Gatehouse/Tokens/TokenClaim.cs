using System.Collections.Frozen;
using System.Security.Claims;
using System.Text.Json;

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

    /// <summary>A type that occurs once is a string, one that repeats is an array: how JWT libraries read claims back.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenClaim> claims)
    {
        if (claims.Count == 0) return;
        foreach (var type in claims.GroupBy(claim => claim.Type, StringComparer.Ordinal))
        {
            if (type.Count() == 1) { json.WriteString(type.Key, type.First().Value); continue; }
            json.WriteStartArray(type.Key);
            foreach (var claim in type) json.WriteStringValue(claim.Value);
            json.WriteEndArray();
        }
    }
}
