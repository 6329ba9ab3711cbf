using System.Security.Claims;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Accounts;

/// <summary>
/// With every request: a user who was disabled, or whose password changed, is signed out at once. Identity's own check looks every half hour, and forgets how the user signed in
/// when it does.
/// </summary>
internal static class CookieCheck
{
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var users = services.GetRequiredService<UserManager<ServerUser>>();
        var user = await users.GetUserAsync(context.Principal!);
        var stamp = context.Principal!.FindFirstValue(users.Options.ClaimsIdentity.SecurityStampClaimType);
        if (user is { DisabledAt: null } && stamp == user.SecurityStamp) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }
}
