// RFC 7518 - JSON Web Algorithms (JWA) (§3.1, §4.1, §5.1: what clients may register)
using Gatehouse.Keys;

namespace Gatehouse.Clients;

/// <summary>The algorithms that a client may ask for: one list for the rules and for discovery.</summary>
internal static class ClientAlgorithms
{
    /// <summary>What signs ID tokens and userinfo answers. The first is the default. <c>none</c> and HMAC are not among them (SR-072).</summary>
    public static IReadOnlyList<string> Signing { get; } = Jwa.All;

    /// <summary>What request objects may be signed with.</summary>
    public static IReadOnlyList<string> RequestObjectSigning { get; } = Jwa.All;

    /// <summary>How the key of an encrypted token is encrypted. RSA1_5 is not among them (RFC 8725 §3.2).</summary>
    public static IReadOnlyList<string> KeyEncryption { get; } = ["RSA-OAEP"];

    /// <summary>How an encrypted token is encrypted. The first is the default (OpenID Connect Dynamic Client Registration §2).</summary>
    public static IReadOnlyList<string> ContentEncryption { get; } = ["A128CBC-HS256", "A256CBC-HS512"];
}
