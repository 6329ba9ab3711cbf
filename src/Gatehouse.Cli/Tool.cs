using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Net.Sockets;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Commands;
using Gatehouse.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gatehouse.Cli;

/// <summary>The whole tool as one function, so that a test runs what a shell runs.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, TextReader input, CancellationToken ct = default)
    {
        var terminal = new Terminal(output, error, input);
        var parsed = Commands(terminal).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var problem in parsed.Errors) terminal.Problem(problem.Message);
            terminal.Note($"See `{Path(parsed.CommandResult)} --help`.");
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }, ct);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) terminal.Problem(failure);
            return ExitCode.Usage;
        }
        catch (Exception e) when (Outage(e) is { } cause)
        {
            terminal.Problem(cause.Message);
            return ExitCode.Outage;
        }
    }

    // One line per command.
    internal static Command Commands(Terminal terminal)
    {
        var options = new GlobalOptions();
        // Not a RootCommand, which calls itself after its assembly.
        var root = new Command("gatehouse", "Clients, keys, tokens, database and health checks of an app that embeds Gatehouse.")
        {
            new HelpOption(),
            new VersionOption(),
            new Command("clients", "The registered clients (RFC 7591).")
            {
                ClientsCreateCommand.Create(options, terminal),
                ClientsListCommand.Create(options, terminal),
                ClientsShowCommand.Create(options, terminal),
                ClientsUpdateCommand.Create(options, terminal),
                ClientsDeleteCommand.Create(options, terminal),
                ClientsAddSecretCommand.Create(options, terminal),
                ClientsRemoveSecretCommand.Create(options, terminal),
            },
            new Command("keys", "The keys that sign JWTs.")
            {
                KeysListCommand.Create(options, terminal),
                KeysRotateCommand.Create(options, terminal),
                KeysRetireCommand.Create(options, terminal),
                KeysImportCommand.Create(options, terminal),
            },
            new Command("registration", "Clients that register themselves (RFC 7591).")
            {
                RegistrationCreateTokenCommand.Create(options, terminal),
                RegistrationRevokeTokenCommand.Create(options, terminal),
            },
            new Command("tokens", "What clients hold.") { TokensRevokeCommand.Create(options, terminal) },
            new Command("users", "The users of the standalone server. An app that embeds Gatehouse keeps its own.")
            {
                UsersCreateCommand.Create(options, terminal),
                UsersListCommand.Create(options, terminal),
                UsersSetPasswordCommand.Create(options, terminal),
                UsersChangeCommand.Disable(options, terminal),
                UsersChangeCommand.Enable(options, terminal),
                UsersChangeCommand.Delete(options, terminal),
                UsersImportCommand.Create(options, terminal),
            },
            new Command("database", "The tables of Gatehouse.")
            {
                DatabaseMigrateCommand.Create(options, terminal),
                DatabaseStatusCommand.Create(options, terminal),
            },
            new Command("import", "From other providers.") { ImportPyramidCommand.Create(options, terminal) },
            AuditCommand.Create(options, terminal),
            DoctorCommand.Create(options, terminal),
            TopCommand.Create(terminal),
            ExplainCommand.Create(options, terminal),
        };
        options.AddTo(root);
        return root;
    }

    private static string Path(CommandResult command) => command.Parent is CommandResult above ? $"{Path(above)} {command.Command.Name}" : command.Command.Name;

    /// <summary>What an operator can do something about; anything else is a bug and shows its stack trace.</summary>
    private static Exception? Outage(Exception? e) => e switch
    {
        null => null,
        GatehouseDatabaseException or DbException or SocketException or HttpRequestException or TimeoutException => e,
        _ => Outage(e.InnerException),
    };
}
