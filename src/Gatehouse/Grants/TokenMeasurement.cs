// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.2 Token Endpoint: how its requests are measured)
using System.Diagnostics;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Protocol;

namespace Gatehouse.Grants;

/// <summary>
/// One token request, as it is counted and timed, and as its span tells of it. Disposed without an outcome, it failed: an outage left the endpoint as an exception.
/// </summary>
internal sealed class TokenMeasurement : IDisposable
{
    private readonly Metrics metrics;
    private readonly Activity? span;
    private readonly CancellationToken clientGone;
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private Client? client;
    private string outcome = "failed";
    private string? grantType, error;

    private TokenMeasurement(Metrics metrics, Activity? span, CancellationToken clientGone) => (this.metrics, this.span, this.clientGone) = (metrics, span, clientGone);

    /// <summary>Null while nobody listens: then a request costs nothing more.</summary>
    public static TokenMeasurement? Begin(Metrics metrics, CancellationToken clientGone)
    {
        var span = Activity.Current is { IsAllDataRequested: true } recorded ? recorded : null;
        return span is not null || metrics.TokenRequests.Enabled || metrics.TokenDuration.Enabled ? new(metrics, span, clientGone) : null;
    }

    public void By(Client authenticated) => client = authenticated;

    /// <summary>One of the grants that there are, and not what the form says.</summary>
    public void For(Grant grant) => grantType = grant.Type;

    public void Ended(string how) => outcome = how;

    public void Refused(OAuthError refusal) => (outcome, error) = (Metrics.OutcomeOf(refusal), refusal.Code);

    public void Dispose()
    {
        if (outcome == "failed" && clientGone.IsCancellationRequested) outcome = "abandoned";
        else if (outcome == "failed") error = "temporarily_unavailable";
        var tags = new TagList { { Attributes.Outcome, outcome } };
        if (grantType is not null) tags.Add(Attributes.Grant, grantType);
        // Without the client and the error: each series of a histogram is eighteen.
        metrics.TokenDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, tags);
        if (error is not null) tags.Add(Attributes.Error, error);
        if (client is not null) tags.Add(Attributes.Client, metrics.LabelOf(client));
        metrics.TokenRequests.Add(1, tags);
        if (span is null) return;
        foreach (var (name, value) in tags) span.SetTag(name, value);
        // A trace is one of many, so it may name any client.
        if (client is not null) span.SetTag(Attributes.Client, client.Id);
    }
}
