namespace Gatehouse.Users;

/// <summary>The app's own authentication schemes, as they were before Gatehouse became the default.</summary>
/// <param name="Authenticate">Whose cookie says who the signed-in user is, and where signing in goes; null if the app has none.</param>
/// <param name="Challenge">Where a user is sent who must sign in; null if the app has none.</param>
/// <param name="Forbid">Who answers a user who may not.</param>
/// <param name="SignOut">Where signing out goes.</param>
internal sealed record AppSchemes(string? Authenticate, string? Challenge, string? Forbid, string? SignOut);
