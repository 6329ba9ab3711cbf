namespace Gatehouse.Tests.Architecture;

internal static class Findings
{
    /// <summary>Fails with all that was found, one a line: half a finding sends its reader searching.</summary>
    public static void None<T>(IEnumerable<T> found)
    {
        var lines = found.Select(item => $"  {item}").ToList();
        Assert.True(lines.Count == 0, $"Found:\n{string.Join('\n', lines)}");
    }
}
