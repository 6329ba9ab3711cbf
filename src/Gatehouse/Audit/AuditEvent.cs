namespace Gatehouse.Audit;

/// <summary>Something that somebody may have to answer for: who, through which client, what, with which outcome, from where. Never changed once it is written.</summary>
/// <param name="Id">A version 7 UUID: the order in time.</param>
/// <param name="At">When, by the clock of the node. Kept to the millisecond.</param>
/// <param name="Type">What: one of <see cref="AuditType"/>.</param>
/// <param name="Outcome">One of <see cref="AuditOutcome"/>.</param>
/// <param name="ClientId">Through which client; null where none is involved or none was proven.</param>
/// <param name="Subject">The user, hashed (<see cref="AuditOptions.HashKey"/>); null where none is involved or none was proven.</param>
/// <param name="Address">From where, hashed likewise; null if it is unknown or nobody's request.</param>
/// <param name="Node">The machine that wrote it.</param>
public sealed record AuditEvent(Guid Id, DateTimeOffset At, string Type, string Outcome, string? ClientId, string? Subject, string? Address, string Node)
{
    /// <summary>What else there is to say, by name. Nothing personal, and nothing secret.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(0, StringComparer.Ordinal);

    /// <summary>The smallest id that an event of this time can have, so that a time is found along the key.</summary>
    public static Guid FirstIdAt(DateTimeOffset at)
    {
        var milliseconds = Math.Max(0, at.ToUnixTimeMilliseconds());
        return new Guid((int)(milliseconds >> 16), (short)milliseconds, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);
    }
}
