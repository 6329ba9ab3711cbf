namespace Gatehouse.Users;

/// <summary>The package's login page, for an app that has users and no login of its own.</summary>
public sealed class LoginOptions
{
    /// <summary>How long a sign-in lasts without being used. Default 8 hours; it ends with the browser in any case. Between a minute and 30 days.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(8);

    /// <summary>The app's page for users who forgot their password, a path below the app's root; the login page links to it. Default: none.</summary>
    public string? ForgotPasswordPath { get; set; }
}
