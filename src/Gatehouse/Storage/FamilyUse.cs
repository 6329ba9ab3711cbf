namespace Gatehouse.Storage;

/// <summary>That something of a family was used.</summary>
/// <param name="FamilyId">The family.</param>
/// <param name="At">When.</param>
public readonly record struct FamilyUse(Guid FamilyId, DateTimeOffset At);
