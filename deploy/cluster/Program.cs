using System.CommandLine;
using System.Runtime.InteropServices;
using Gatehouse.Cluster.Demo;

var nodes = new Option<int>("--nodes") { Description = "How many servers.", HelpName = "count", DefaultValueFactory = _ => 3 };
var clients = new Option<int>("--clients") { Description = "How many clients work at once.", HelpName = "count", DefaultValueFactory = _ => 4 };
var seconds = new Option<int>("--seconds") { Description = "How long. Default: until Ctrl-C or q.", HelpName = "s" };
var fail = new Option<string[]>("--fail") { Description = "What fails on the way when there is an end: node, primary. Default: both.", HelpName = "what", DefaultValueFactory = _ => ["node", "primary"], AllowMultipleArgumentsPerToken = true };
fail.AcceptOnlyFromAmong("node", "primary", "nothing");
var root = new RootCommand("PostgreSQL with a standby, several servers, nginx with TLS, and clients at work, on 127.0.0.1. See docs/cluster.md.") { nodes, clients, seconds, fail };
root.SetAction(async (parsed, _) =>
{
    using var end = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    return await Show.RunAsync(new(parsed.GetValue(nodes), parsed.GetValue(clients), parsed.GetValue(seconds), parsed.GetValue(fail)!), end);

    // Everything that was started ends first.
    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.Cancel();
    }
});
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
