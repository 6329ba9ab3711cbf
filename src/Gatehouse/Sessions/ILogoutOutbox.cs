// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.5: requests that survive us)
namespace Gatehouse.Sessions;

/// <summary>That a client must be told that a user has signed out.</summary>
/// <param name="Id">A version 7 UUID.</param>
/// <param name="ClientId">Whom to tell.</param>
/// <param name="Subject">Who signed out.</param>
/// <param name="SessionId">Which session ended; null if the app's sign-in has none, then all of the subject at this client.</param>
/// <param name="CreatedAt">When it ended.</param>
/// <param name="DueAt">When to try next.</param>
/// <param name="Attempts">How often it was claimed to be sent. A claim that sent nothing is given back, and does not count.</param>
public sealed record LogoutNotice(Guid Id, string ClientId, string Subject, string? SessionId, DateTimeOffset CreatedAt, DateTimeOffset DueAt, int Attempts)
{
    /// <summary>One for each client of a session that ends now.</summary>
    public static IReadOnlyList<LogoutNotice> Of(Session session, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        return [.. session.Clients.Select(client => new LogoutNotice(Guid.CreateVersion7(now), client, session.Subject, session.Id, now, now, 0))];
    }
}

/// <summary>
/// Logout notices that were not delivered yet. It outlives the process. A notice is claimed before it is sent, so that no two nodes send it at once; whoever claims it and dies leaves it to be claimed again.
/// </summary>
public interface ILogoutOutbox
{
    /// <summary>Puts notices in that no session's end has put in.</summary>
    ValueTask AddAsync(IReadOnlyList<LogoutNotice> notices, CancellationToken ct);

    /// <summary>
    /// Claims at most <paramref name="limit"/> notices that are due, the longest due first: each goes to one caller, counts one attempt more, and is due again at <paramref name="until"/> unless it was settled before.
    /// </summary>
    ValueTask<IReadOnlyList<LogoutNotice>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct);

    /// <summary>Removes a notice: it was delivered, or it never will be.</summary>
    ValueTask RemoveAsync(Guid id, CancellationToken ct);

    /// <summary>
    /// Tries a claimed notice again at <paramref name="dueAt"/>. Unless it was <paramref name="sent"/>, its claim is no attempt. Nothing happens if somebody else has claimed it since: the row has the
    /// <see cref="LogoutNotice.DueAt"/> and the <see cref="LogoutNotice.Attempts"/> of the last claim, and the second alone does not tell, because it can go back.
    /// </summary>
    ValueTask PostponeAsync(LogoutNotice claimed, DateTimeOffset dueAt, bool sent, CancellationToken ct);
}
