namespace Gatehouse.Load.Driving;

/// <summary>What to send: each connection goes once through <paramref name="Once"/>, and then again and again through <paramref name="Again"/>.</summary>
/// <param name="Ports">Of the nodes. With several, each request of a connection goes to another node than the one before it: nothing may depend on where it lands.</param>
/// <param name="Tls">To the nodes themselves, over connections that are kept.</param>
/// <param name="Tokens">What <c>{token}</c> stands for. For so many a second, also the first <c>{refresh_token}</c>s; without any, those that the load before it ended with.</param>
/// <param name="Codes">What happens with codes, which can be used only once.</param>
/// <param name="Limit">No more than so many, whatever time is left.</param>
/// <param name="PerSecond">So many come, however many are still waiting for their answer; 0: each connection sends its next request when it has its answer.</param>
/// <param name="Before">Seconds before what is counted, in which as many come: queues fill, and all connections are there.</param>
/// <param name="Watched">Processes; how busy they are is measured while requests are sent, and not while connections are opened.</param>
internal sealed record Load(int[] Ports, bool Tls, int Connections, double Seconds, Step[] Once, Step[] Again, string[] Tokens, Codes Codes = Codes.OfTheConnection, long Limit = long.MaxValue, double PerSecond = 0, double Before = 0, int[]? Watched = null)
{
    /// <summary>One request, again and again.</summary>
    public static Load Of(Step step, int port, int connections, double seconds, string[] tokens) => new([port], false, connections, seconds, [], [step], tokens);
}

internal enum Codes
{
    /// <summary>A connection uses the code that it was last given.</summary>
    OfTheConnection,

    /// <summary>The codes that are given are kept for a later load.</summary>
    Keep,

    /// <summary><c>{code}</c> is the next of those that were kept; the load ends when there is none.</summary>
    Use,
}

/// <summary>What came of it. A failed request is counted and its answer shown; it is not among the requests.</summary>
/// <param name="Refused">Answered with 503, <c>temporarily_unavailable</c> and <c>Retry-After</c>, where that is no failure.</param>
/// <param name="WentAway">Found no connection free, and sent nothing.</param>
/// <param name="Busy">How many processors each of those that were watched had, and the load itself.</param>
internal sealed record LoadResult(long Requests, long Failures, double Seconds, double P50, double P99, string? FirstFailure, long Refused = 0, long WentAway = 0, double[]? Busy = null)
{
    public double PerSecond => Requests / Seconds;
}
