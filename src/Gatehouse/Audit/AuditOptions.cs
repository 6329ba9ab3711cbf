namespace Gatehouse.Audit;

/// <summary>The audit trail: what is kept, for how long, and how people in it are named.</summary>
public sealed class AuditOptions
{
    /// <summary>Default true. False writes neither to the store nor to the log.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Keep routine, too: each refresh, and each token that a client gets for itself (<see cref="AuditType.TokensRenewed"/>). Default false: it is one row for each such request, and says little that the first
    /// sign-in of the family did not say.
    /// </summary>
    public bool Routine { get; set; }

    /// <summary>How long events are kept in the store. Default 90 days; at least one, at most ten years.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// What users and addresses are hashed with (HMAC-SHA256): 16 characters or more, the same on every node. Without it they are hashed all the same, but whoever has the trail can try out all addresses there are, or all user ids.
    /// Changing it cuts the trail in two: nobody is recognised across the cut.
    /// </summary>
    public string? HashKey { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (Retention < TimeSpan.FromDays(1) || Retention > TimeSpan.FromDays(3660))
            yield return $"Gatehouse:Audit:Retention is {Retention}. Set it to between 1.00:00:00 (a day) and 3660.00:00:00 (ten years), or switch the trail off with Gatehouse:Audit:Enabled. (gatehouse explain 7005)";
        if (HashKey is { Length: < 16 })
            yield return "Gatehouse:Audit:HashKey has fewer than 16 characters. Set 16 random ones or more, for example from `openssl rand -base64 24`, or leave it out. (gatehouse explain 7012)";
    }
}
