// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.14.2: the refresh tokens of one authorization)
namespace Gatehouse.Storage;

/// <summary>Everything that descends from one authorization by one subject to one client. Revoking it is one write.</summary>
/// <param name="Id">A version 7 UUID.</param>
/// <param name="ClientId">To whom.</param>
/// <param name="Subject">By whom; null where no user is involved.</param>
/// <param name="CreatedAt">When the authorization was given.</param>
/// <param name="ExpiresAt">From when nothing of it can be used any more, so that it may be forgotten. Never earlier than the expiry of any of its artifacts.</param>
public sealed record Family(Guid Id, string ClientId, string? Subject, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>When it was ended; null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The session of the user (<c>sid</c>) that it ends with; null if it outlives the session (<c>offline_access</c>) or there is none.</summary>
    public string? SessionId { get; init; }

    /// <summary>What was authorized, separated by spaces, to show it to the user; null where no user is involved.</summary>
    public string? Scope { get; init; }

    /// <summary>When something of it was last used, to the minute or so; null if never, or not yet recorded.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
