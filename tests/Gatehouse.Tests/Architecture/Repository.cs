namespace Gatehouse.Tests.Architecture;

/// <summary>The files of the repository, as its own tests read them. Paths are relative, with forward slashes.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);

    public static string FirstLine(string path) => File.ReadLines(Path.Combine(Root, path)).FirstOrDefault("");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests read the repository's sources: run them from a clone.");
        return folder.FullName;
    }
}
