namespace Gatehouse.Load;

/// <summary>One row of one target: the median of its runs by processor time, which the neighbours of a shared machine disturb least.</summary>
/// <param name="PerSecond">Requests that were answered with 200.</param>
/// <param name="ServerMicroseconds">Processor time of the server for one request.</param>
/// <param name="DatabaseMicroseconds">Processor time of PostgreSQL for one request.</param>
/// <param name="LoadMicroseconds">Processor time of the driver for one request: it must stay well below what is left of its core.</param>
/// <param name="ServerBusy">Share of the server's core that was used; below 0.9 something else was the limit.</param>
/// <param name="LoadBusy">Share of the other core that load and database used.</param>
/// <param name="Foreign">Processors that others used meanwhile.</param>
/// <param name="RoundTrips">Between server and PostgreSQL for one request.</param>
internal sealed record Measurement(
    string Target, Product Product, Store Store, string Row, double PerSecond, double ServerMicroseconds, double DatabaseMicroseconds, double LoadMicroseconds,
    double P50, double P99, double ServerBusy, double LoadBusy, double Foreign, double? RoundTrips, long Failures, string? FirstFailure)
{
    /// <summary>What one core of servers could answer if nothing else were in the way.</summary>
    public double PerServerCore => 1e6 / ServerMicroseconds;
}
