namespace Gatehouse.Tests;

/// <summary>Traits that tie a test to what it shows: <c>[Trait(Rule.Requirement, "SR-045")]</c>.</summary>
internal static class Rule
{
    public const string Requirement = "SR";
}
