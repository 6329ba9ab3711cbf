// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.4: requesting claims using scope values; §11: offline access)
using System.Collections.Frozen;

namespace Gatehouse.Protocol;

/// <summary>The scopes that OpenID Connect defines, and the claims that they stand for.</summary>
internal static class StandardScopes
{
    public const string OpenId = "openid", OfflineAccess = "offline_access";

    private static readonly FrozenDictionary<string, string[]> Claims = new Dictionary<string, string[]>
    {
        ["profile"] =
        [
            "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
        ],
        ["email"] = ["email", "email_verified"],
        ["address"] = ["address"],
        ["phone"] = ["phone_number", "phone_number_verified"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them, in the order in which a person would name them.</summary>
    public static IReadOnlyList<string> Names { get; } = [OpenId, "profile", "email", "address", "phone", OfflineAccess];

    /// <summary>The claims of a scope; none for those that stand for something else.</summary>
    public static IReadOnlyList<string> ClaimsOf(string scope) => Claims.TryGetValue(scope, out var claims) ? claims : [];
}
