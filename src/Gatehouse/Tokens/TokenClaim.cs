using System.Collections.Frozen;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>A claim that the app adds to a user's tokens, as it is stored with them.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Value">As text.</param>
/// <param name="ValueType">What the text is (<see cref="Claim.ValueType"/>); null for a string.</param>
internal sealed record TokenClaim(string Type, string Value, [property: JsonPropertyName("as")] string? ValueType = null)
{
    /// <summary>What the protocol says itself; no app can override it (SR-080).</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "cnf", "act", "may_act", "grant_id", "azp", "nonce",
        "auth_time", "acr", "amr", "sid", "at_hash", "c_hash", "s_hash", "events", "typ", "active", "token_type",
        JwtAccessToken.UserInfoClaims, JwtAccessToken.ClaimsLocales, ClaimTypes.NameIdentifier);

    public static IReadOnlyList<TokenClaim> From(IReadOnlyList<Claim> claims) =>
        claims.Count == 0 ? [] : [.. claims.Where(claim => !Reserved.Contains(claim.Type)).Select(claim => new TokenClaim(claim.Type, claim.Value, claim.ValueType == ClaimValueTypes.String ? null : claim.ValueType))];

    /// <summary>What the app said, from a JWT that <see cref="ClaimJson"/> wrote it into.</summary>
    public static IReadOnlyList<TokenClaim> Read(JsonElement payload) =>
    [
        .. payload.EnumerateObject().Where(member => !Reserved.Contains(member.Name))
            .SelectMany(member => member.Value.ValueKind is JsonValueKind.Array ? member.Value.EnumerateArray().Select(item => Read(member.Name, item)) : [Read(member.Name, member.Value)]),
    ];

    private static TokenClaim Read(string type, JsonElement value) => value.ValueKind is JsonValueKind.String ? new(type, value.GetString()!) : new(type, value.GetRawText(), "JSON");

    public Claim ToClaim() => new(Type, Value, ValueType ?? ClaimValueTypes.String);
}
