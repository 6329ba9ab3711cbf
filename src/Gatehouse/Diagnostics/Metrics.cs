using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gatehouse.Protocol;

namespace Gatehouse.Diagnostics;

/// <summary>
/// Everything that this provider counts, under the meter <c>Gatehouse</c>: docs/telemetry.md says what each is for. Names follow OpenTelemetry's conventions; values come from sets that
/// are small, and never from a stranger. While nobody listens, counting costs a comparison and allocates nothing.
/// </summary>
internal sealed class Metrics
{
    public const string Meter = "Gatehouse";

    /// <summary>The same bounds as <c>http.server.request.duration</c>, and finer at the low end: most of ours take less than its first bucket.</summary>
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Meter meter;

    public Metrics(IMeterFactory meters)
    {
        meter = meters.Create(Meter, typeof(Metrics).Assembly.GetName().Version?.ToString(3));

        TokenRequests = Count("gatehouse.token.requests", "{request}", "Requests at the token endpoint.");
        TokenDuration = meter.CreateHistogram("gatehouse.token.request.duration", "s", "How long the token endpoint took to answer.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        Authorizations = Count("gatehouse.authorize.requests", "{request}", "Requests at the authorization endpoint.");
        Consents = Count("gatehouse.consent.decisions", "{decision}", "What users said when they were asked.");
        Introspections = Count("gatehouse.introspection.requests", "{request}", "Requests at the introspection endpoint.");
        Revocations = Count("gatehouse.revocation.requests", "{request}", "Requests at the revocation endpoint.");
        UserInfos = Count("gatehouse.userinfo.requests", "{request}", "Requests at the userinfo endpoint.");
        BearerChecks = Count("gatehouse.bearer.checks", "{check}", "Access tokens that came with requests to the app's own API.");
        LostRedemptions = Count("gatehouse.redemptions.lost", "{redemption}", "Redemptions that another request won.");
        Replays = Count("gatehouse.replays", "{replay}", "Codes and refresh tokens that were shown again, so that their family was ended.");
        RevokedFamilies = Count("gatehouse.families.revoked", "{family}", "Grants that were ended before their time.");
        Throttled = Count("gatehouse.throttled", "{attempt}", "Attempts that had to wait because of failures before them.");
        Sheds = Count("gatehouse.sheds", "{request}", "Requests that were refused because there was too much to do.");
        CacheLookups = Count("gatehouse.cache.lookups", "{lookup}", "Look-ups in a cache, and whether they spared the store.");
        Swept = Count("gatehouse.sweeper.removed", "{row}", "Rows that the sweeper removed.");
        LogoutDeliveries = Count("gatehouse.logout.deliveries", "{delivery}", "Logout tokens that were sent to clients.");
        LostAuditEvents = Count("gatehouse.audit.lost", "{event}", "Events of the audit trail that could not wait for the store any longer; the log has them.");
    }

    public Counter<long> TokenRequests { get; }

    public Histogram<double> TokenDuration { get; }

    public Counter<long> Authorizations { get; }

    public Counter<long> Consents { get; }

    public Counter<long> Introspections { get; }

    public Counter<long> Revocations { get; }

    public Counter<long> UserInfos { get; }

    public Counter<long> BearerChecks { get; }

    public Counter<long> LostRedemptions { get; }

    public Counter<long> Replays { get; }

    public Counter<long> RevokedFamilies { get; }

    public Counter<long> Throttled { get; }

    public Counter<long> Sheds { get; }

    public Counter<long> CacheLookups { get; }

    public Counter<long> Swept { get; }

    public Counter<long> LogoutDeliveries { get; }

    public Counter<long> LostAuditEvents { get; }

    /// <summary>Clients as values of an attribute.</summary>
    public ClientLabels Clients { get; } = new();

    /// <summary>
    /// Counters that stay silent until something goes wrong begin at zero: the first theft of a process must be seen as a rise, and not as a series that was always there.
    /// </summary>
    public void Announce()
    {
        foreach (var grant in (string[])["authorization_code", "refresh_token"])
        {
            LostRedemptions.Add(0, new KeyValuePair<string, object?>(Attributes.Grant, grant));
            Replays.Add(0, new KeyValuePair<string, object?>(Attributes.Grant, grant));
        }
        foreach (var reason in (string[])["replay", "client", "user", "session"]) RevokedFamilies.Add(0, new KeyValuePair<string, object?>(Attributes.Reason, reason));
        foreach (var outcome in (string[])["delivered", "postponed", "rejected", "given_up"]) LogoutDeliveries.Add(0, new KeyValuePair<string, object?>(Attributes.Outcome, outcome));
        foreach (var reason in (string[])["requests", "busy"]) Sheds.Add(0, new KeyValuePair<string, object?>(Attributes.Reason, reason));
        LostAuditEvents.Add(0);
        foreach (var cache in (string[])["clients", "access_tokens"])
            foreach (var outcome in (string[])["hit", "miss"]) CacheLookups.Add(0, new(Attributes.Cache, cache), new(Attributes.Outcome, outcome));
        foreach (var what in (string[])["client", "user"]) Throttled.Add(0, new KeyValuePair<string, object?>(Attributes.Of, what));
    }

    /// <summary>A value that is asked for when somebody looks. What is asked must be in memory: nobody who looks may wait for the store.</summary>
    public void Observe<T>(string name, string unit, string description, Func<IEnumerable<Measurement<T>>> look) where T : struct =>
        meter.CreateObservableGauge(name, look, unit, description);

    public void LookedUp(string cache, bool found)
    {
        if (CacheLookups.Enabled) CacheLookups.Add(1, new(Attributes.Cache, cache), new(Attributes.Outcome, found ? "hit" : "miss"));
    }

    public void Revoked(int families, string reason)
    {
        if (families > 0) RevokedFamilies.Add(families, new KeyValuePair<string, object?>(Attributes.Reason, reason));
    }

    /// <summary>Something ended like this; <paramref name="error"/> is an error code of ours, or null.</summary>
    /// <param name="counter">What is counted.</param>
    /// <param name="outcome">A word of a small set.</param>
    /// <param name="client">From <see cref="ClientLabels"/>; null if no registered client is known.</param>
    /// <param name="error">The OAuth error that was answered with.</param>
    public static void Ended(Counter<long> counter, string outcome, string? client = null, string? error = null)
    {
        if (!counter.Enabled) return;
        var tags = new TagList { { Attributes.Outcome, outcome } };
        if (client is not null) tags.Add(Attributes.Client, client);
        if (error is not null) tags.Add(Attributes.Error, error);
        counter.Add(1, tags);
    }

    /// <summary>How a refusal is counted: an outage is not a client's mistake, and somebody who has to wait may have made none.</summary>
    public static string OutcomeOf(OAuthError error) => error.Status switch { 429 => "throttled", >= 500 => "failed", _ => "refused" };

    private Counter<long> Count(string name, string unit, string description) => meter.CreateCounter<long>(name, unit, description);
}
