namespace Gatehouse.Load;

/// <summary>One run of one row.</summary>
/// <param name="PerSecond">Requests that were answered with 200.</param>
/// <param name="ServerMicroseconds">Processor time of the server for one request.</param>
/// <param name="DatabaseMicroseconds">Processor time of PostgreSQL for one request.</param>
/// <param name="LoadMicroseconds">Processor time of the driver for one request: it must stay well below what is left of its core.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="ServerBusy">Share of the server's core that was used; below 0.9 something else was the limit.</param>
/// <param name="Foreign">Processors that others used meanwhile: above 0.1 the machine was not quiet.</param>
internal sealed record Measurement(
    double PerSecond, double ServerMicroseconds, double DatabaseMicroseconds, double LoadMicroseconds, double P50, double P99, double ServerBusy, double Foreign, long Failures, string? FirstFailure);

/// <summary>All runs of one row of one target. The first run of each series was made within the same minutes, and so on: ratios are taken run by run.</summary>
/// <param name="RoundTrips">Between server and PostgreSQL for one request.</param>
internal sealed record Series(string Target, Product Product, Store Store, string Row, double? RoundTrips, List<Measurement> Runs)
{
    public double Median(Func<Measurement, double> value) => Middle(Runs.Select(value));

    /// <summary>Ours through theirs.</summary>
    public double? Ratio(Series? other, Func<Measurement, double> value) => other is null ? null : Middle(Runs.Zip(other.Runs, (ours, theirs) => value(ours) / value(theirs)));

    /// <summary>In any run: one that failed is no better for not being the median.</summary>
    public long Failures => Runs.Sum(run => run.Failures);

    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}
