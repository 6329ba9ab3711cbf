namespace Gatehouse.Cli.Doctor;

/// <summary>One finding.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Status"><c>ok</c>, <c>warn</c> or <c>fail</c>.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Fix">What to change; null if nothing.</param>
internal sealed record Check(string Name, string Status, string Detail, string? Fix)
{
    public static Check Ok(string name, string detail) => new(name, "ok", detail, null);

    public static Check Warn(string name, string detail, string fix) => new(name, "warn", detail, fix);

    public static Check Fail(string name, string detail, string fix) => new(name, "fail", detail, fix);
}
