// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§2: sub)
using System.Security.Claims;

namespace Gatehouse.Users;

/// <summary>Whom the app's principal speaks of.</summary>
internal static class SubjectClaim
{
    private const int MaxLength = 255;

    /// <summary>Null if it has no claim that can be a subject.</summary>
    public static string? Find(ClaimsPrincipal user, string claimType)
    {
        var subject = (user.FindFirst(claimType) ?? user.FindFirst("sub"))?.Value;
        return string.IsNullOrWhiteSpace(subject) || subject.Length > MaxLength ? null : subject;
    }
}
