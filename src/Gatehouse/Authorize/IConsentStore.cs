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

    /// <summary>Everything that a user has allowed.</summary>
    ValueTask<IReadOnlyList<StoredConsent>> ListAsync(string subject, CancellationToken ct);

    /// <summary>Stores or replaces what was allowed to this client.</summary>
    ValueTask SaveAsync(StoredConsent consent, CancellationToken ct);

    /// <summary>Forgets what was allowed. Tokens are revoked separately, by family.</summary>
    ValueTask DeleteAsync(string subject, string clientId, CancellationToken ct);
}
