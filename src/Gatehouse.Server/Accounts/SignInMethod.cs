// RFC 8176 - Authentication Method Reference Values (§2)
using System.Security.Claims;

namespace Gatehouse.Server.Accounts;

/// <summary>How a user proved who they are, as ID tokens say it.</summary>
/// <param name="Acr">
/// <c>1</c>: one factor. <c>2</c>: two. <c>phr</c> and <c>phrh</c>: a credential that cannot be phished, and one that also cannot leave its hardware (the names are those of
/// OpenID's Extended Authentication Profile).
/// </param>
/// <param name="Amr">The methods.</param>
internal sealed record SignInMethod(string Acr, params IReadOnlyList<string> Amr)
{
    /// <summary>Every <c>acr</c> that there is, for the metadata.</summary>
    public static string[] Levels { get; } = ["1", "2", "phr", "phrh"];

    public static SignInMethod Password { get; } = new("1", "pwd");

    public static SignInMethod PasswordAndCode { get; } = new("2", "pwd", "otp", "mfa");

    /// <summary>A recovery code is no OTP as RFC 4226 and RFC 6238 have them, and RFC 8176 has no other name for it.</summary>
    public static SignInMethod PasswordAndRecoveryCode { get; } = new("2", "pwd", "mfa");

    /// <summary>We always ask for user verification, so a passkey is something held and something known or been. One that may be copied between devices is a software key.</summary>
    public static SignInMethod Passkey(bool mayBeCopied) => mayBeCopied ? new("phr", "swk", "user", "mfa") : new("phrh", "hwk", "user", "mfa");

    public IEnumerable<Claim> Claims => [.. Amr.Select(method => new Claim("amr", method)), new("acr", Acr)];

    public static IEnumerable<Claim> Of(ClaimsPrincipal principal) => principal.Claims.Where(claim => claim.Type is "amr" or "acr");
}
