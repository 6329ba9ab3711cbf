using System.Diagnostics.Metrics;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Grants;
using Gatehouse.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Diagnostics;

/// <summary>What counting costs a request, in bytes allocated: a number that does not jitter.</summary>
[Collection(Traced.Collection)]
public sealed class CostTests
{
    private const int Rounds = 1000;

    private static readonly Client App = new() { Id = "app" };

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Metrics metrics;

    public CostTests() => metrics = new(services.GetRequiredService<IMeterFactory>());

    [Fact]
    public void While_nobody_listens_nothing_is_allocated() => Assert.Equal(0, BytesPerRequest());

    [Fact]
    public void A_listener_costs_a_request_one_small_object()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>())) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();

        Assert.InRange(BytesPerRequest(), 1, 128);
    }

    /// <summary>Everything that a refresh and a call go through.</summary>
    private long BytesPerRequest()
    {
        Measure();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) Measure();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }

    private void Measure()
    {
        using (var measured = TokenMeasurement.Begin(metrics, CancellationToken.None))
        {
            measured?.By(App);
            metrics.LookedUp("clients", found: true);
            using (Tracing.Span("token decide")) metrics.LostRedemptions.Add(1, new KeyValuePair<string, object?>(Attributes.Grant, "refresh_token"));
            measured?.Ended("issued");
        }
        metrics.Ended(metrics.BearerChecks, App, "accepted");
        metrics.Refused(metrics.Introspections, null, Error);
        metrics.Revoked(1, "replay");
    }

    private static readonly OAuthError Error = OAuthError.InvalidGrant("no");
}
