namespace Gatehouse.Tests.Architecture;

/// <summary>A document that is made from the sources. It is committed, so that people can read it, and held equal, so that it is true.</summary>
internal static class GeneratedDocument
{
    public static void MustEqual(string path, string expected)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
            return;
        }

        var actual = File.Exists(file) ? File.ReadAllText(file) : "";
        if (actual == expected) return;
        var wanted = expected.Split('\n').Except(actual.Split('\n')).Select(line => "+ " + line);
        var stale = actual.Split('\n').Except(expected.Split('\n')).Select(line => "- " + line);
        Assert.Fail($"{path} is not what the sources say. Run ./test --update and commit the result.\n{string.Join('\n', stale.Concat(wanted))}");
    }
}
