namespace Gatehouse.Audit;

/// <summary>What an audit trail tells of: the values of <see cref="AuditEvent.Type"/>. They stay; new ones may come.</summary>
public static class AuditType
{
    /// <summary>Tokens were issued. Details: <c>grant_type</c>, <c>scope</c>, <c>family</c>.</summary>
    public const string TokensIssued = "tokens.issued";

    /// <summary>A family went on with new tokens, or a client got some for itself. Many a minute, and kept only if <see cref="AuditOptions.Routine"/> is set. Details as in <see cref="TokensIssued"/>.</summary>
    public const string TokensRenewed = "tokens.renewed";

    /// <summary>A token request was refused. Details: <c>error</c>, <c>grant_type</c>.</summary>
    public const string TokensRefused = "tokens.refused";

    /// <summary>A code or a refresh token was used twice and its family was ended: the sign of a theft. Details: <c>family</c>.</summary>
    public const string ReplayDetected = "tokens.replayed";

    /// <summary>A client revoked a token, or signed out with one. Details: <c>token</c> or <c>family</c>.</summary>
    public const string TokensRevoked = "tokens.revoked";

    /// <summary>A client did not prove who it is. The client id is what it claimed, and named only if there is such a client.</summary>
    public const string ClientRefused = "client.refused";

    /// <summary>A client was added. Details: <c>by</c>.</summary>
    public const string ClientCreated = "client.created";

    /// <summary>A client, or its secrets, changed. Details: <c>by</c>.</summary>
    public const string ClientChanged = "client.changed";

    /// <summary>A client was removed. Details: <c>by</c>.</summary>
    public const string ClientDeleted = "client.deleted";

    /// <summary>A user signed in. Details: <c>methods</c>.</summary>
    public const string UserSignedIn = "user.signed_in";

    /// <summary>A sign-in was refused. There is no subject: nobody proved to be anybody. Details: <c>reason</c>.</summary>
    public const string UserRefused = "user.refused";

    /// <summary>A user's session ended. Details: <c>session</c>.</summary>
    public const string SessionEnded = "session.ended";

    /// <summary>A user was added or changed: a password, a way to sign in, what is known of them. Details: <c>what</c>, <c>by</c>.</summary>
    public const string UserChanged = "user.changed";

    /// <summary>A client was sent a code for a user. Details: <c>scope</c>, <c>family</c>.</summary>
    public const string AccessGranted = "access.granted";

    /// <summary>A user said yes to a client. Details: <c>scope</c>.</summary>
    public const string ConsentGiven = "consent.given";

    /// <summary>A user said no to a client.</summary>
    public const string ConsentDenied = "consent.denied";

    /// <summary>A user took back what they had allowed a client.</summary>
    public const string ConsentWithdrawn = "consent.withdrawn";

    /// <summary>A signing key was made. Details: <c>kid</c>, <c>alg</c>.</summary>
    public const string KeyMade = "key.made";

    /// <summary>A signing key was replaced or retired. Details: <c>kid</c>, <c>by</c>.</summary>
    public const string KeyChanged = "key.changed";

    /// <summary>Events could not be stored in time and were dropped; the log has them. Details: <c>lost</c>, how many.</summary>
    public const string Gap = "audit.gap";

    /// <summary>So frequent that they are kept only on request.</summary>
    internal static bool IsRoutine(string type) => type == TokensRenewed;
}

/// <summary>How it went: the values of <see cref="AuditEvent.Outcome"/>.</summary>
public static class AuditOutcome
{
    /// <summary>It was done.</summary>
    public const string Success = "success";

    /// <summary>It was refused, and nothing was done.</summary>
    public const string Refused = "refused";
}
