using System.CommandLine;
using Gatehouse.Cli.Top;

namespace Gatehouse.Cli.Commands;

internal static class TopCommand
{
    public static Command Create(Terminal terminal)
    {
        var metrics = new Option<string[]>("--metrics") { Description = "Where a node answers Prometheus (Gatehouse:Metrics:Url); give it once for each node.", HelpName = "url", Required = true };
        var token = new Option<string?>("--token") { Description = "What the nodes want to be shown (Gatehouse:Metrics:Token). - reads it from the input.", HelpName = "token" };
        var interval = new Option<int>("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 2 };
        var looks = new Option<int?>("--looks") { Description = "How many rows of numbers to show before it ends. Default: until Ctrl-C.", HelpName = "count" };
        var command = new Command("top", "What the nodes do at this moment: requests, refusals, outages, how long answers take, caches, keys.") { metrics, token, interval, looks };
        command.Validators.Add(result =>
        {
            foreach (var text in result.GetValue(metrics) ?? [])
                if (UrlOf(text) is null) result.AddError($"--metrics '{text}' must be an http or https URL, for example http://127.0.0.1:9464.");
            if (result.GetResult(interval) is { Implicit: false } && result.GetValue(interval) is < 1 or > 3600) result.AddError("--interval must be between 1 and 3600 seconds.");
            if (result.GetValue(looks) is < 1) result.AddError("--looks must be at least 1.");
        });
        command.SetAction(async (parsed, ct) =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            var shown = await terminal.ReadSecretAsync(parsed.GetValue(token), ct);
            var (nodes, clock, pause) = ((Uri[])[.. parsed.GetValue(metrics)!.Select(text => UrlOf(text)!)], TimeProvider.System, TimeSpan.FromSeconds(parsed.GetValue(interval)));
            var before = await LookAsync();
            for (var look = 0; parsed.GetValue(looks) is not { } most || look < most; look++)
            {
                await Task.Delay(pause, clock, ct);
                var now = await LookAsync();
                terminal.Screen(NodeView.Headings, [.. nodes.Select((node, i) => new NodeView(node.Authority, before[i], now[i], clock).Row())]);
                if (Array.TrueForAll(now, scrape => scrape is null)) terminal.Note("No node answers: see Gatehouse:Metrics:Url, and --token if they want one.");
                before = now;
            }
            return Array.Exists(before, scrape => scrape is not null) ? ExitCode.Ok : ExitCode.Outage;

            Task<Scrape?[]> LookAsync() => Task.WhenAll(nodes.Select(node => Scrape.ReadAsync(http, node, shown, clock, ct)));
        });
        return command;
    }

    /// <summary>With the path that the server answers, unless another is named.</summary>
    private static Uri? UrlOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
        ? url.AbsolutePath == "/" ? new(url, "/metrics") : url : null;
}
