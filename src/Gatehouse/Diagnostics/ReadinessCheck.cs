namespace Gatehouse.Diagnostics;

/// <summary>Something without which no token can be issued. Whoever brings a thing, a store for example, registers one as a singleton service; the health check runs all of them.</summary>
/// <param name="What">In words, for an operator: "the signing keys".</param>
/// <param name="FindProblemAsync">Null if it can be used, else why not. May throw: that is an outage.</param>
public sealed record ReadinessCheck(string What, Func<CancellationToken, ValueTask<string?>> FindProblemAsync);
