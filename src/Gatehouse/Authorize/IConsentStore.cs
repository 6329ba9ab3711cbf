namespace Gatehouse.Authorize;

/// <summary>What a user has allowed a client.</summary>
/// <param name="Subject">Who allowed it.</param>
/// <param name="ClientId">To whom.</param>
/// <param name="Scope">The scopes, separated by spaces.</param>
/// <param name="GrantedAt">When it was last confirmed.</param>
public sealed record StoredConsent(string Subject, string ClientId, string Scope, DateTimeOffset GrantedAt);

/// <summary>Remembers consent, so that a user is asked once per scope.</summary>
public interface IConsentStore
{
    /// <summary>What was allowed, or null.</summary>
    ValueTask<StoredConsent?> FindAsync(string subject, string clientId, CancellationToken ct);

    /// <summary>What a user has allowed, in the ordinal order of the clients' ids.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="after">The client id to go on after; empty to begin.</param>
    /// <param name="limit">How many at most. A shorter answer is the last one.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<IReadOnlyList<StoredConsent>> ListAsync(string subject, string after, int limit, CancellationToken ct);

    /// <summary>Stores or replaces what was allowed to this client.</summary>
    ValueTask SaveAsync(StoredConsent consent, CancellationToken ct);

    /// <summary>Forgets what was allowed. Tokens are revoked separately, by family.</summary>
    ValueTask DeleteAsync(string subject, string clientId, CancellationToken ct);
}
