// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: prompt=login)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>Comes back with a request whose user was sent to sign in again, so that the second visit can tell whether they did.</summary>
/// <param name="AskedAt">When, in Unix seconds: cookies keep no finer time.</param>
internal sealed record LoginMark([property: JsonPropertyName("asked_at")] long AskedAt)
{
    /// <summary>The parameter that carries it, sealed.</summary>
    public const string Parameter = "gatehouse_login";

    /// <summary>An old mark would let an old sign-in pass for a new one; people do take their time at a login page.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public bool IsFresh(DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(AskedAt) < Lifetime;

    public bool IsMetBy(SignedInUser user) => user.SignIn.At >= AskedAt;

    /// <summary>The same request again, with this mark.</summary>
    public static string ReturnUrl(string path, Parameters request, string? seal)
    {
        var pairs = request.Pairs.Where(pair => pair.Key != Parameter).Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value));
        if (seal is not null) pairs = pairs.Append(Parameter + "=" + seal);
        return path + "?" + string.Join('&', pairs);
    }
}
