using System.Diagnostics;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Cluster.Tests;

/// <summary>The server as it was before the second migration, built from this repository's history. Kept in <c>artifacts/</c> for the next run.</summary>
internal static class FirstSchema
{
    private const string SecondMigration = "src/Gatehouse.EntityFrameworkCore/Migrations/PostgreSql/20261128120000_Operators.cs";
    private static readonly string[] parts = ["src", "eng", "README.md", "global.json", ".editorconfig", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

    /// <summary>Its <c>Gatehouse.Server.dll</c>.</summary>
    public static async Task<string> BuildAsync()
    {
        var commit = await CommitAsync();
        var folder = Path.Combine(Repository.Root, "artifacts", "first-schema", commit);
        var server = Path.Combine(folder, "src", "Gatehouse.Server", "bin", "Release", "net10.0", "Gatehouse.Server.dll");
        var whole = Path.Combine(folder, "built");
        if (File.Exists(whole)) return server;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var archive = Path.Combine(folder, "source.tar");
        await GitAsync(["archive", "--output", archive, commit, .. parts]);
        await RunAsync("tar", ["-xf", archive], folder);
        // Its warnings were dealt with in its own time.
        await RunAsync("dotnet", ["build", "src/Gatehouse.Server", "-c", "Release", "-v", "q", "--tl:off", "-clp:NoSummary", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false"], folder);
        await File.WriteAllTextAsync(whole, commit, TestContext.Current.CancellationToken);
        return server;
    }

    private static async Task<string> CommitAsync()
    {
        // A clone may have been made without its past.
        if (await GitAsync(["rev-parse", "--is-shallow-repository"]) == "true") await GitAsync(["fetch", "--quiet", "--unshallow"]);
        var added = await GitAsync(["log", "--diff-filter=A", "--format=%H", "--", SecondMigration]);
        Assert.True(added.Length > 0, $"This test builds the server of the commit before {SecondMigration} was added, and this clone's history does not have it. Clone with the whole history (git fetch --unshallow).");
        return await GitAsync(["rev-parse", added.Split('\n')[^1] + "^"]);
    }

    // A clone may belong to another user than the one who tests it.
    private static Task<string> GitAsync(string[] arguments) => RunAsync("git", ["-c", "safe.directory=*", .. arguments], Repository.Root);

    private static async Task<string> RunAsync(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output} {await error}");
        return (await output).Trim();
    }
}
