// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.5: the claims request parameter)
using System.Text;
using System.Text.Json;

namespace Gatehouse.Protocol;

/// <summary>One claim that a client asks for by name (§5.5.1).</summary>
/// <param name="Essential">The client cannot do its work without it. We still answer without it (§5.5.1), except for <c>sub</c> and <c>acr</c>, where only these values will do.</param>
/// <param name="Values">The values that will do: <c>values</c>, or the one <c>value</c>; empty for any.</param>
internal sealed record RequestedClaim(bool Essential, IReadOnlyList<JsonElement> Values)
{
    public static RequestedClaim Voluntary { get; } = new(false, []);
}

/// <summary>Which claims a client asks for one by one, and where it wants them. The text is kept with the grant and read again for every answer.</summary>
internal sealed class ClaimsRequest
{
    /// <summary>Stored with every refresh token of the grant, so it must stay small.</summary>
    private const int MaxLength = 4096, MaxClaims = 100, MaxDepth = 8;

    private ClaimsRequest(string text, IReadOnlyDictionary<string, RequestedClaim> userInfo, IReadOnlyDictionary<string, RequestedClaim> idToken) =>
        (Text, UserInfo, IdToken) = (text, userInfo, idToken);

    /// <summary>As it was sent.</summary>
    public string Text { get; }

    public IReadOnlyDictionary<string, RequestedClaim> UserInfo { get; }

    public IReadOnlyDictionary<string, RequestedClaim> IdToken { get; }

    public static ClaimsRequest None { get; } = new("", new Dictionary<string, RequestedClaim>(), new Dictionary<string, RequestedClaim>());

    public static Result<ClaimsRequest> Parse(string text)
    {
        if (text.Length > MaxLength) return OAuthError.InvalidRequest($"claims is longer than {MaxLength} characters");
        return StrictJson.ParseObject(Encoding.UTF8.GetBytes(text), MaxDepth) is { } root
            ? Parse(text, root) : OAuthError.InvalidRequest($"claims is not a JSON object without repeated members, at most {MaxDepth} levels deep");
    }

    /// <summary>From what <see cref="Text"/> was when it was stored.</summary>
    public static ClaimsRequest Read(string? text) =>
        text is null ? None : Parse(text).Succeeded(out var request, out var error) ? request : throw new InvalidOperationException($"A stored claims request is broken: {error.Description}.");

    // Members of other names may be there, and are not ours to understand (§5.5).
    private static Result<ClaimsRequest> Parse(string text, JsonElement root)
    {
        if (!Section(root, "userinfo").Succeeded(out var userInfo, out var error)) return error;
        return Section(root, "id_token").Succeeded(out var idToken, out error) ? new ClaimsRequest(text, userInfo, idToken) : error;
    }

    private static Result<Dictionary<string, RequestedClaim>> Section(JsonElement root, string name)
    {
        var claims = new Dictionary<string, RequestedClaim>(StringComparer.Ordinal);
        if (!root.TryGetProperty(name, out var section) || section.ValueKind is JsonValueKind.Null) return claims;
        if (section.ValueKind is not JsonValueKind.Object) return OAuthError.InvalidRequest($"claims: {name} must be an object");
        foreach (var member in section.EnumerateObject())
        {
            if (claims.Count == MaxClaims) return OAuthError.InvalidRequest($"claims: {name} asks for more than {MaxClaims} claims");
            if (!One(member).Succeeded(out var claim, out var error)) return error;
            claims.Add(member.Name, claim);
        }
        return claims;
    }

    private static Result<RequestedClaim> One(JsonProperty member)
    {
        if (member.Value.ValueKind is JsonValueKind.Null) return RequestedClaim.Voluntary;
        if (member.Value.ValueKind is not JsonValueKind.Object) return OAuthError.InvalidRequest($"claims: {member.Name} must be null or an object");
        var essential = false;
        if (member.Value.TryGetProperty("essential", out var flag))
        {
            if (flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return OAuthError.InvalidRequest($"claims: essential of {member.Name} must be true or false");
            essential = flag.GetBoolean();
        }
        List<JsonElement> values = [];
        if (member.Value.TryGetProperty("value", out var value)) values.Add(value);
        if (member.Value.TryGetProperty("values", out var several))
        {
            if (several.ValueKind is not JsonValueKind.Array) return OAuthError.InvalidRequest($"claims: values of {member.Name} must be an array");
            values.AddRange(several.EnumerateArray());
        }
        return new RequestedClaim(essential, values);
    }
}
