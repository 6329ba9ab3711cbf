namespace Gatehouse.Audit;

/// <summary>Where the audit trail is kept. Events are only ever added, and removed when their time is over.</summary>
public interface IAuditStore
{
    /// <summary>Adds events, all or none. One that is there already (by <see cref="AuditEvent.Id"/>) stays as it is: whoever does not know whether they arrived sends them again.</summary>
    ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct);

    /// <summary>The events that a query asks for, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> ListAsync(AuditQuery query, CancellationToken ct);

    /// <summary>Removes events from before <paramref name="before"/>, the oldest first, at most <paramref name="limit"/>. Returns how many.</summary>
    ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct);
}

/// <summary>Which events to list. What is null does not matter.</summary>
public sealed record AuditQuery
{
    /// <summary>From when on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before when.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Where to go on: the id of the last event of the page before, in whichever direction.</summary>
    public Guid? Next { get; init; }

    /// <summary>The latest first, instead of the oldest.</summary>
    public bool Backwards { get; init; }

    /// <summary>One of <see cref="AuditType"/>.</summary>
    public string? Type { get; init; }

    /// <summary>One of <see cref="AuditOutcome"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The client.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user, hashed as in <see cref="AuditEvent.Subject"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>From where, hashed as in <see cref="AuditEvent.Address"/>.</summary>
    public string? Address { get; init; }

    /// <summary>How many at most. Default 100.</summary>
    public int Limit { get; init; } = 100;

    internal bool Asks(AuditEvent audited) =>
        (Since is null || audited.At >= Since) && (Until is null || audited.At < Until)
        && (Type is null || audited.Type == Type) && (Outcome is null || audited.Outcome == Outcome)
        && (ClientId is null || audited.ClientId == ClientId) && (Subject is null || audited.Subject == Subject) && (Address is null || audited.Address == Address)
        && (Next is not { } next || (Backwards ? audited.Id.CompareTo(next) < 0 : audited.Id.CompareTo(next) > 0));
}
