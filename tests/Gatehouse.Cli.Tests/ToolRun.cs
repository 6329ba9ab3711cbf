using System.Text.Json;

namespace Gatehouse.Cli.Tests;

/// <summary>What one run of the tool left behind.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>All of the output as JSON: anything else on it fails here.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>The tool, in this process, as a shell runs it.</summary>
    public static Task<ToolRun> RunAsync(params string[] args) => WithInputAsync("", args);

    public static async Task<ToolRun> WithInputAsync(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await Tool.RunAsync(args, output, error, new StringReader(input), TestContext.Current.CancellationToken);
        return new(exitCode, output.ToString(), error.ToString());
    }

    public ToolRun Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Refused, with this in the message and nothing on the output.</summary>
    public void Refused(int exitCode, params string[] messages)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        Assert.All(messages, message => Assert.Contains(message, Error, StringComparison.Ordinal));
    }
}
