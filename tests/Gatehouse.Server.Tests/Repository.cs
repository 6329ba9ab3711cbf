namespace Gatehouse.Server.Tests;

internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "Gatehouse.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
