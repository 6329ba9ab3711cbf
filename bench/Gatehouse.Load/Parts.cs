using System.Diagnostics;

namespace Gatehouse.Load;

/// <summary>What a run needs besides the .NET SDK, and how to get it.</summary>
internal static class Parts
{
    /// <summary>The folder <c>bench</c> of the sources.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    /// <summary>All are built alike.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>What is missing, in words; empty if a run can start. Fetches what npm can fetch.</summary>
    public static List<string> Missing(IEnumerable<Target> targets)
    {
        var missing = new List<string>();
        if (Configuration != "Release") missing.Add("An optimized build: dotnet run -c Release --project bench/Gatehouse.Load");
        if (Environment.ProcessorCount < 2) missing.Add("A second processor: the server has one to itself.");
        if (!Works("taskset", "--version")) missing.Add("taskset, to pin processes to processors (Linux): apt-get install util-linux");
        if (targets.Any(target => target.Product is Product.OidcProvider) && !HasOidcProvider())
            missing.Add("Node.js 20 or later and npm, for the peer oidc-provider: apt-get install nodejs npm, or leave it out with --targets '^(?!oidc)'");
        return missing;
    }

    private static bool HasOidcProvider()
    {
        var folder = Path.Combine(Folder, "oidc-provider");
        return Works("node", "--version") && (Directory.Exists(Path.Combine(folder, "node_modules")) || Works("npm", "ci", "--prefix", folder, "--no-audit", "--no-fund"));
    }

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
