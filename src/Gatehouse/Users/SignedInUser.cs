using System.Security.Claims;

namespace Gatehouse.Users;

/// <summary>The user of a browser, signed in at the app itself.</summary>
/// <param name="Subject">The stable identifier.</param>
/// <param name="Name">What to call them on a page.</param>
/// <param name="SignIn">When and how they last proved who they are.</param>
internal sealed record SignedInUser(string Subject, string Name, SignIn SignIn)
{
    /// <summary>What else the app put into the sign-in.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];
}
