using System.Globalization;
using System.Security.Claims;

namespace Notes.Accounts;

internal static class CurrentUser
{
    /// <summary>The signed-in user's id. Throws where nobody is signed in: the endpoint lacks its <c>RequireAuthorization()</c>.</summary>
    public static long UserId(this ClaimsPrincipal user) =>
        long.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."), CultureInfo.InvariantCulture);
}
