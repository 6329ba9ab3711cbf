// RFC 7518 - JSON Web Algorithms (JWA) (§3.1: the algorithms that sign)
namespace Gatehouse.Keys;

/// <summary>
/// The algorithms that we sign with. ES256 is the rule: it signs ten times cheaper than RS256 and every client can verify it. The others are for clients that ask for them.
/// </summary>
internal static class Jwa
{
    public const string ES256 = "ES256", RS256 = "RS256", PS256 = "PS256", EdDSA = "EdDSA";

    /// <summary>In the order in which metadata shows them.</summary>
    public static IReadOnlyList<string> All { get; } = [ES256, RS256, PS256, EdDSA];
}
