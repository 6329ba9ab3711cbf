namespace Gatehouse.Diagnostics;

/// <summary>What measurements and spans are told apart by. Never a subject, a user name, an address, a token or anything else that a stranger could choose.</summary>
internal static class Attributes
{
    public const string Client = "gatehouse.client_id", Grant = "gatehouse.grant_type", Outcome = "gatehouse.outcome", Reason = "gatehouse.reason", Cache = "gatehouse.cache",
        Algorithm = "gatehouse.key.algorithm", What = "gatehouse.sweeper.what", Of = "gatehouse.throttled.what";

    /// <summary>OpenTelemetry's own name for it: absent where nothing went wrong.</summary>
    public const string Error = "error.type";
}
