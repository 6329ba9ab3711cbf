using System.CommandLine;
using Gatehouse.Cli.App;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Keys;

/// <summary>What the commands about keys share.</summary>
internal static class KeysCommand
{
    public static Option<string> AlgorithmOption(string description) => new("--algorithm") { Description = description, HelpName = string.Join('|', Jwa.All) };

    public static Task<int> RunAsync(GlobalOptions options, ParseResult parsed, Terminal terminal, Func<AppKeys, CancellationToken, Task<int>> run, CancellationToken ct) =>
        AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, (database, ct) =>
            AppKeys.TryOpen(database, out var keys, out var problem) ? run(keys, ct) : Task.FromResult(terminal.Usage(8017, problem)), ct);
}
