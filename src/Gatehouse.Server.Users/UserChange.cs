namespace Gatehouse.Server.Users;

/// <summary>What came of a change.</summary>
/// <param name="Result"><c>created</c>, <c>updated</c>, <c>unchanged</c> or <c>refused</c>.</param>
/// <param name="User">The user as they are now; null if refused.</param>
/// <param name="Problems">Why it was refused.</param>
internal sealed record UserChange(string Result, ServerUser? User, IReadOnlyList<string> Problems)
{
    public static UserChange Refused(params IReadOnlyList<string> problems) => new("refused", null, problems);

    public bool IsRefused => User is null;
}
