using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Diagnostics;

/// <summary>One measurement, with all that it is told apart by.</summary>
internal sealed record Measure(string Name, double Value, IReadOnlyDictionary<string, string?> Attributes)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    public override string ToString() => $"{Name} {{{string.Join(", ", Attributes.Select(pair => $"{pair.Key}={pair.Value}"))}}} {Value}";
}

/// <summary>Listens to the meter of one app, and to no other that runs beside it.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<Measure> all = new();

    public Measured(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == Metrics.Meter && ReferenceEquals(instrument.Meter.Scope, factory)) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(Add);
        listener.SetMeasurementEventCallback<double>(Add);
        listener.Start();
    }

    public IReadOnlyList<Measure> All => [.. all];

    public IReadOnlyList<Measure> Of(string name) => [.. all.Where(measure => measure.Name == name)];

    /// <summary>The gauges, as they stand now.</summary>
    public IReadOnlyList<Measure> Look(string name)
    {
        listener.RecordObservableInstruments();
        return Of(name);
    }

    public void Dispose() => listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) where T : struct, IConvertible =>
        all.Enqueue(new(instrument.Name, value.ToDouble(null), tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString())));
}

/// <summary>Listens to every span, also to those of tests that run beside this one. Whoever counts on silence shares a collection with it.</summary>
internal sealed class Traced : IDisposable
{
    public const string Collection = "Spans";

    private readonly ActivityListener listener;
    private readonly ConcurrentQueue<Activity> spans = new();

    public Traced()
    {
        listener = new()
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyList<Activity> Spans => [.. spans];

    public void Dispose() => listener.Dispose();
}
