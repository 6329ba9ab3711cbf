using Gatehouse.Storage;

namespace Gatehouse.Throttling;

internal static class AttemptSweep
{
    /// <summary>Failures that are too old to count: who invents user names must not fill the table for ever.</summary>
    public static Sweep Forgotten(IAttemptStore store, ThrottlingOptions options) =>
        new("attempts", "forgotten failed attempts", (now, limit, ct) => store.SweepAsync(now - options.ForgetAfter, limit, ct));
}
