namespace Gatehouse.Authorize;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryConsentStore : IConsentStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Subject, string ClientId), StoredConsent> consents = [];

    /// <inheritdoc/>
    public ValueTask<StoredConsent?> FindAsync(string subject, string clientId, CancellationToken ct)
    {
        lock (gate) return new(consents.GetValueOrDefault((subject, clientId)));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredConsent>> ListAsync(string subject, string after, int limit, CancellationToken ct)
    {
        lock (gate) return new(
        [
            .. consents.Values.Where(consent => consent.Subject == subject && string.CompareOrdinal(consent.ClientId, after) > 0)
                .OrderBy(consent => consent.ClientId, StringComparer.Ordinal).Take(limit),
        ]);
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(StoredConsent consent, CancellationToken ct)
    {
        lock (gate) consents[(consent.Subject, consent.ClientId)] = consent;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string subject, string clientId, CancellationToken ct)
    {
        lock (gate) consents.Remove((subject, clientId));
        return default;
    }
}
