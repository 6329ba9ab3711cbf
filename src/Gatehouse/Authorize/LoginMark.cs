// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: what was asked of the user already)
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>
/// Comes back with a request whose user was sent to sign in, so that the second visit can tell whether they did, and asks for nothing twice. It counts for that request only: with another
/// it would say that somebody was asked for what they were not.
/// </summary>
/// <param name="AskedAt">When, in Unix seconds: cookies keep no finer time.</param>
/// <param name="Request">The request that it belongs to, as a hash.</param>
internal sealed record LoginMark([property: JsonPropertyName("asked_at")] long AskedAt, [property: JsonPropertyName("request")] string Request)
{
    /// <summary>The parameter that carries it, sealed.</summary>
    public const string Parameter = "gatehouse_login";

    /// <summary>An old mark would let an old sign-in pass for a new one; people do take their time at a login page.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static LoginMark For(Parameters request, DateTimeOffset now) => new(now.ToUnixTimeSeconds(), Hash(request));

    public bool IsOf(Parameters request, DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(AskedAt) < Lifetime && Request == Hash(request);

    public bool IsMetBy(SignedInUser user) => user.SignIn.At >= AskedAt;

    private static IEnumerable<KeyValuePair<string, string>> Without(Parameters request) => request.Pairs.Where(pair => pair.Key != Parameter);

    private static string Hash(Parameters request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('&', Without(request).Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value))))));
}
