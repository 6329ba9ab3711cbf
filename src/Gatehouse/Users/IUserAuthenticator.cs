using System.Security.Claims;

namespace Gatehouse.Users;

/// <summary>
/// Your users, as Gatehouse needs to know them: this one interface is all that an app implements. Called by the password grant
/// (RFC 6749 §4.3); throttling and lock-out happen before it. Registered as a scoped service, so it may use your DbContext.
/// </summary>
public interface IUserAuthenticator
{
    /// <summary>Checks a user name and a password, exactly as they were sent.</summary>
    /// <remarks>Spend the same work on an unknown user as on a known one: hash the password against any stored hash, and refuse.</remarks>
    ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct);

    /// <summary>
    /// Whether this user may still hold tokens. Asked when a code or a refresh token is redeemed, so that a disabled or deleted
    /// user gets no new ones (SR-082), and when a token is introspected, so that no resource server takes one (SR-199). Default: true.
    /// </summary>
    ValueTask<bool> IsActiveAsync(string subject, CancellationToken ct) => new(true);
}

/// <summary>What came of a user name and a password: a subject, or a refusal.</summary>
public sealed record UserAuthentication
{
    private UserAuthentication(string? subject, UserRefusal refusal, IReadOnlyList<Claim> claims) => (Subject, Refusal, Claims) = (subject, refusal, claims);

    /// <summary>The user's identifier: stable, never given to another user, at most 255 characters. Null if refused.</summary>
    public string? Subject { get; }

    /// <summary>Why not; logged for the operator, never told to the client.</summary>
    public UserRefusal Refusal { get; }

    /// <summary>What tokens of this user should carry besides the subject. Protocol claims (<c>iss</c>, <c>aud</c>, <c>scope</c>, …) cannot be set here.</summary>
    public IReadOnlyList<Claim> Claims { get; }

    /// <summary>The password was right.</summary>
    public static UserAuthentication Success(string subject, params IReadOnlyList<Claim> claims)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subject.Length, 255);
        return new(subject, UserRefusal.None, claims);
    }

    /// <summary>The password was right; for users tables with numeric keys. The token answer's <c>user_id</c> is then a number.</summary>
    public static UserAuthentication Success(long subject, params IReadOnlyList<Claim> claims) =>
        Success(subject.ToString(System.Globalization.CultureInfo.InvariantCulture), claims);

    /// <summary>No such user, or the wrong password. The client cannot tell which, and counts as a failed attempt.</summary>
    public static UserAuthentication Failed { get; } = new(null, UserRefusal.WrongCredentials, []);

    /// <summary>The password was right, but this user may not sign in now. The client sees the same answer as for a wrong password.</summary>
    public static UserAuthentication Refused(UserRefusal refusal) => new(null, refusal, []);
}

/// <summary>Why a user was refused.</summary>
public enum UserRefusal
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>No such user, or the wrong password.</summary>
    WrongCredentials,

    /// <summary>The app has locked this account.</summary>
    LockedOut,

    /// <summary>The account is disabled or deleted.</summary>
    Disabled,

    /// <summary>The account needs a second factor, a new password or a confirmed address, which this grant cannot ask for.</summary>
    NeedsInteraction,
}
