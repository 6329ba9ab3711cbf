using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli.Tests;

public sealed partial class DocumentationTests
{
    [Fact]
    public async Task Every_example_runs_as_it_stands()
    {
        var seal = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        await using var app = new AppFolder($$"""{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "Keys": { "EncryptionKey": "{{seal}}" } } }""");
        var seed = Path.Combine(app.Path, "pyramid.db");
        await PyramidSeed.CreateAsync(seed);
        app.Write("users.json", """[{ "username": "dave", "password": "a long enough one", "given_name": "Dave", "address": { "country": "NZ" } }]""");
        await using var server = await RunningApp.StartAsync(app, options => options.Keys.EncryptionKey = seal);
        var key = Path.Combine(app.Path, "key.pem");
        using (var ecdsa = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256)) app.Write("key.pem", ecdsa.ExportPkcs8PrivateKeyPem());
        var examples = Example().Matches(Document()).Select(match => match.Groups[1].Value).ToList();
        Assert.True(examples.Count >= 15, $"{examples.Count} examples");

        foreach (var example in examples)
        {
            // Only what a reader's machine has of its own is put in place: the folder, the file, the address, the user and the id of a secret.
            var kid = example.Contains("KID", StringComparison.Ordinal) ? (await app.Get<Gatehouse.Keys.IKeyStore>().ListAsync(TestContext.Current.CancellationToken))[0].Id : "";
            var secret = example.Contains("SECRET_ID", StringComparison.Ordinal) ? (await app.FindClientAsync("demo")).Secrets[0].Id : "";
            var line = example.Replace("samples/Notes", app.Path, StringComparison.Ordinal).Replace("pyramid.db", seed, StringComparison.Ordinal)
                .Replace("http://127.0.0.1:5080", server.Url, StringComparison.Ordinal).Replace("wonderland", "'wonder land+&'", StringComparison.Ordinal).Replace("users.json", Path.Combine(app.Path, "users.json"), StringComparison.Ordinal).Replace("SECRET_ID", secret, StringComparison.Ordinal)
                .Replace("KID", kid, StringComparison.Ordinal).Replace("key.pem", key, StringComparison.Ordinal);
            var run = await ToolRun.RunAsync([.. Words(line)]);
            Assert.True(run.ExitCode == 0, $"{example}\nexit code {run.ExitCode}\n{run.Output}\n{run.Error}");
        }
    }

    [Fact]
    public async Task Help_goes_by_the_name_of_the_tool()
    {
        Assert.Contains("gatehouse clients create [options]", (await ToolRun.RunAsync("clients", "create", "--help")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", (await ToolRun.RunAsync("--version")).Succeeded().Output);
    }

    [Fact]
    public void Every_command_and_option_is_documented()
    {
        var document = Document();
        var missing = All(Tool.Commands(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null)), "")
            .Where(name => !document.Contains(name, StringComparison.Ordinal)).Distinct();

        Assert.Empty(missing);
    }

    private static IEnumerable<string> All(Command command, string path)
    {
        foreach (var option in command.Options.Where(option => option.Name is not ("--help" or "--version"))) yield return option.Name;
        if (command.Subcommands.Count == 0) yield return path;
        foreach (var below in command.Subcommands)
            foreach (var name in All(below, path + (path.Length == 0 ? "" : " ") + below.Name))
                yield return name;
    }

    private static string Document()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Gatehouse.slnx"))) folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "cli.md"));
    }

    /// <summary>As a shell splits them: blanks, unless quoted.</summary>
    private static IEnumerable<string> Words(string line)
    {
        var word = new StringBuilder();
        char? quote = null;
        foreach (var c in line + " ")
            if (quote is not null)
            {
                if (c == quote) quote = null;
                else word.Append(c);
            }
            else if (c is '\'' or '"') quote = c;
            else if (c != ' ') word.Append(c);
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
    }

    [GeneratedRegex("^\\$ gatehouse (.+)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
