using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;
using Spectre.Console;

namespace Gatehouse.Cli;

/// <summary>What a command may say: results to the output, everything else beside it, so that a pipe carries results only.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, TextReader input)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions OnOneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Json(JsonNode node) => output.WriteLine(node.ToJsonString(Indented));

    /// <summary>One object on one line, so that lines can be counted, cut and sent on.</summary>
    public void JsonLine(JsonNode node) => output.WriteLine(node.ToJsonString(OnOneLine));

    public void Line(string text) => output.WriteLine(Printable(text));

    /// <summary>Beside the result.</summary>
    public void Note(string text) => error.WriteLine(Printable(text));

    /// <summary>What others say of what went wrong, who have numbers of their own: the parser, the options of the app, the database.</summary>
    public void Problem(string text) => error.WriteLine("error: " + Printable(text));

    /// <summary>What this tool says itself has a number, at which it is explained (docs/errors/8000.md). What was said by others with a number keeps theirs.</summary>
    public void Problem(int number, string text) => Problem(text.Contains("(gatehouse explain ", StringComparison.Ordinal) ? text : string.Create(CultureInfo.InvariantCulture, $"{text} (gatehouse explain {number})"));

    public int Refuse(int number, string text)
    {
        Problem(number, text);
        return ExitCode.Refused;
    }

    public int Refuse(int number, IEnumerable<OAuthError> errors)
    {
        foreach (var error in errors) Problem(number, $"{error.Code}: {error.Description}");
        return ExitCode.Refused;
    }

    public int NoClient(string id) => Refuse(8001, $"There is no client '{id}'. List them with `gatehouse clients list`.");

    public int NoUser(string name) => Refuse(8030, $"There is no user '{name}'. List them with `gatehouse users list`.");

    public int Usage(int number, string text)
    {
        Problem(number, text);
        return ExitCode.Usage;
    }

    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(Printable(cell))));
        Write(table);
    }

    /// <summary>A table in the place of the one before; one after the other where the output is no terminal.</summary>
    public void Screen(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        // Home, and clear from there: a whole clear would flicker.
        if (output == Console.Out && !Console.IsOutputRedirected) output.Write("\e[H\e[J");
        Table(headings, rows);
    }

    /// <summary>Names and values, one a line.</summary>
    public void Properties(IEnumerable<(string Name, string Value)> properties)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in properties) grid.AddRow(new Text(name), new Text(Printable(value)));
        Write(grid);
    }

    /// <summary>An option's value, or one line of the input if it is <c>-</c>: what stands on a command line is seen by everybody on the machine.</summary>
    public async ValueTask<string?> ReadSecretAsync(string? value, CancellationToken ct) => value == "-" ? await input.ReadLineAsync(ct) : value;

    private void Write(Spectre.Console.Rendering.IRenderable content)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        // A pipe has no width; the 80 columns that would be assumed break secrets and URIs apart.
        if (output != Console.Out || Console.IsOutputRedirected) console.Profile.Width = 400;
        console.Write(content);
    }

    /// <summary>Stored text may be anything; an escape sequence in it must not reach the terminal.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, static (span, text) =>
    {
        for (var i = 0; i < text.Length; i++) span[i] = char.IsControl(text[i]) && text[i] != '\n' ? '?' : text[i];
    });
}
