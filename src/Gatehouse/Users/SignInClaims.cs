// RFC 8176 - Authentication Method Reference Values
using System.Security.Claims;

namespace Gatehouse.Users;

/// <summary>How the user proved who they are, as the app's principal tells it: <c>amr</c> and <c>acr</c>, also under the names that Microsoft's token handlers give them.</summary>
internal static class SignInClaims
{
    private const int MaxMethods = 16, MaxLength = 255;

    public static IReadOnlyList<string> Amr(ClaimsPrincipal user) =>
    [
        .. user.FindAll("amr").Concat(user.FindAll("http://schemas.microsoft.com/claims/authnmethodsreferences"))
            .Select(claim => claim.Value).Where(IsOneWord).Distinct(StringComparer.Ordinal).Take(MaxMethods),
    ];

    public static string? Acr(ClaimsPrincipal user) =>
        (user.FindFirst("acr") ?? user.FindFirst("http://schemas.microsoft.com/claims/authnclassreference")) is { Value: { Length: > 0 and <= MaxLength } acr } ? acr : null;

    /// <summary>They are kept separated by spaces.</summary>
    private static bool IsOneWord(string value) => value.Length is > 0 and <= MaxLength && !value.Any(char.IsWhiteSpace);
}
