namespace Gatehouse.Cluster.Processes;

/// <summary>Where this was built, and what was built with it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The server, in our own configuration.</summary>
    public static string Server { get; } = Path.Combine(
        Root, "src", "Gatehouse.Server", "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "Gatehouse.Server.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no working copy of Gatehouse.");
        return folder.FullName;
    }
}
