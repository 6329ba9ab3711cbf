namespace Gatehouse.Load.Driving;

/// <summary>What to send. <c>{token}</c> in the body or the authorization is replaced by each of the tokens in turn.</summary>
/// <param name="Opening">For rotation: the body that gets a connection its first refresh token; from then on it sends what it was last given.</param>
internal sealed record Load(int Port, int Connections, double Seconds, string Method, string Path, string? Body, string? Authorization, string[] Tokens, string? Opening);

/// <summary>What came of it. A failed request is counted and its answer shown; it is not among the requests.</summary>
internal sealed record LoadResult(long Requests, long Failures, double Seconds, double P50, double P99, string? FirstFailure)
{
    public double PerSecond => Requests / Seconds;
}
