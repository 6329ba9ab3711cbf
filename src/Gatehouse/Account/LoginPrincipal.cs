// RFC 8176 - Authentication Method Reference Values
using System.Security.Claims;
using Gatehouse.Users;

namespace Gatehouse.Account;

/// <summary>Who somebody is after their password was right: the subject, a name, and what the app says of them.</summary>
internal static class LoginPrincipal
{
    private const string Name = "name", MethodReferences = "amr";

    public static ClaimsPrincipal Of(UserAuthentication user, string userName, string subjectClaimType)
    {
        var claims = new List<Claim>(user.Claims.Where(claim => claim.Type != subjectClaimType));
        claims.Insert(0, new(subjectClaimType, user.Subject!));
        if (!claims.Exists(claim => claim.Type == Name)) claims.Add(new(Name, userName));
        if (!claims.Exists(claim => claim.Type == MethodReferences)) claims.Add(new(MethodReferences, "pwd"));
        return new(new ClaimsIdentity(claims, GatehouseAuthentication.Cookie, Name, ClaimTypes.Role));
    }
}
