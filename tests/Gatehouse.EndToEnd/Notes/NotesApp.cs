using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>The Notes sample as a process of its own, on a free port, with databases of its own.</summary>
public sealed partial class NotesApp : IAsyncLifetime
{
    // The shell holds our end of a pipe: when it closes, be it that we were killed, the app goes too.
    private const string Run = "\"$@\" </dev/null & app=$!; cat >/dev/null; kill $app; wait $app";

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-notes-").FullName;
    private readonly StringBuilder output = new();
    private Process? process;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The commands that it printed, as they were printed.</summary>
    public string Commands { get; private set; } = "";

    /// <summary>The link for a browser that it printed.</summary>
    public string AuthorizeLink { get; private set; } = "";

    /// <summary>The demo client's secret, as it is printed.</summary>
    public string ClientSecret => SecretPattern().Match(Commands).Groups[1].Value;

    /// <summary>All that it wrote so far.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => StartAsync();

    /// <summary>Starts it; after <see cref="StopAsync"/> again on the same databases.</summary>
    public async ValueTask StartAsync()
    {
        string[] command = ["dotnet", Shell.Sample("Notes", "Notes.dll"), "--urls", "http://127.0.0.1:0", "--environment", "Development"];
        var start = new ProcessStartInfo("bash", ["-c", Run, "notes", .. command])
        {
            WorkingDirectory = Shell.SampleFolder("Notes"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Notes"] = $"Data Source={Path.Combine(folder, "notes.db")}";
        start.Environment["ConnectionStrings__Gatehouse"] = $"Data Source={Path.Combine(folder, "gatehouse.db")}";
        process = Process.Start(start)!;
        _ = CollectAsync(process.StandardError);

        var printed = new StringBuilder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (AuthorizePattern().Match(printed.ToString()) is not { Success: true })
        {
            var line = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"Notes did not start:\n{printed}\n{Output}");
            printed.AppendLine(line);
        }
        _ = CollectAsync(process.StandardOutput);

        Url = new(UrlPattern().Match(printed.ToString()).Groups[1].Value);
        Commands = CommandsPattern().Match(printed.ToString()).Value;
        AuthorizeLink = AuthorizePattern().Match(printed.ToString()).Value;
    }

    /// <summary>Ends the process and keeps the databases.</summary>
    public async Task StopAsync()
    {
        if (process is null) return;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task CollectAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (output)
                output.AppendLine(line);
    }

    [GeneratedRegex(@"Notes is at (http://127\.0\.0\.1:\d+):")]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"^# 1\..*(?=^In a browser)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandsPattern();

    [GeneratedRegex(@"http://\S+/oauth2/authorize\?\S+(?=\s)")]
    private static partial Regex AuthorizePattern();

    [GeneratedRegex(@"'notes-demo:(gts_[\w-]+)'")]
    private static partial Regex SecretPattern();
}

/// <summary>The classes that share one running app.</summary>
[CollectionDefinition(Name)]
public sealed class NotesCollection : ICollectionFixture<NotesApp>
{
    /// <summary>Its name.</summary>
    public const string Name = "Notes";
}
