using System.Diagnostics;
using System.Globalization;
using Gatehouse.Cluster.Network;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Cluster.Demo;

/// <summary>The demo: everything is started, clients work, parts die, and the count says what that cost.</summary>
internal sealed class Show
{
    private static readonly TimeSpan NodeStaysDead = TimeSpan.FromSeconds(4);

    private readonly ShowOptions options;
    private readonly RunningCluster cluster;
    private readonly Load load;
    private readonly Screen screen;
    private readonly CancellationTokenSource end;
    private Task act = Task.CompletedTask;
    private int victim;

    private Show(ShowOptions options, RunningCluster cluster, Load load, Screen screen, CancellationTokenSource end) =>
        (this.options, this.cluster, this.load, this.screen, this.end) = (options, cluster, load, screen, end);

    /// <summary>Returns 0 if nothing was lost.</summary>
    public static async Task<int> RunAsync(ShowOptions options, CancellationTokenSource end)
    {
        var screen = new Screen();
        var started = Stopwatch.GetTimestamp();
        screen.Say($"Starting PostgreSQL, a standby, {options.Nodes} nodes and nginx");
        try
        {
            await using var cluster = await RunningCluster.StartAsync(new()
            {
                Nodes = options.Nodes,
                Standby = true,
                NodeAt = static (_, node) => node.With(new KeyValuePair<string, string>(Node.MetricsUrl, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Free()}"))),
            }, end.Token);
            screen.Say($"All there after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            screen.Welcome(cluster, keys: options.Seconds == 0);
            using var http = cluster.CreateClient(TimeSpan.FromSeconds(20));
            return await new Show(options, cluster, new(http, options.Clients), screen, end).RunAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> RunAsync()
    {
        var working = load.RunAsync(end.Token);
        if (options.Seconds > 0) end.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        var plan = Plan();
        var started = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested && !working.IsCompleted)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (act.IsCompleted)
            {
                await act;
                if (plan.TryPeek(out var next) && elapsed >= next.At) Begin(plan.Dequeue().Act);
                else if (options.Seconds == 0 && screen.ReadKey() is { } key) Press(key);
            }
            screen.Show(elapsed, cluster, load);
            await Task.WhenAny(Task.Delay(500, end.Token), working);
        }
        return await FinishAsync(working);
    }

    private async Task<int> FinishAsync(Task working)
    {
        foreach (var task in new[] { act, working })
            try
            {
                await task;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // It was in the middle of something.
            }
            catch (InvalidOperationException e)
            {
                screen.Say(e.Message);
            }
        screen.Sum(load);
        return load.Lost == 0 && !working.IsFaulted && !act.IsFaulted ? 0 : 1;
    }

    /// <summary>A node dies after a quarter of the time, the primary after a half, and a new standby comes after three.</summary>
    private Queue<(TimeSpan At, Func<Task> Act)> Plan()
    {
        var acts = new Queue<(TimeSpan, Func<Task>)>();
        var quarter = TimeSpan.FromSeconds(options.Seconds / 4.0);
        if (options.Seconds == 0) return acts;
        if (options.Fail.Contains("node")) acts.Enqueue((quarter, KillNodeAsync));
        if (!options.Fail.Contains("primary")) return acts;
        acts.Enqueue((quarter * 2, FailOverAsync));
        acts.Enqueue((quarter * 3, AddStandbyAsync));
        return acts;
    }

    private void Press(char key)
    {
        switch (key)
        {
            case 'n': Begin(KillNodeAsync); break;
            case 'p' when cluster.Postgres.Standby is not null: Begin(FailOverAsync); break;
            case 's' when cluster.Postgres.Standby is null: Begin(AddStandbyAsync); break;
            case 'q': end.Cancel(); break;
            default: break;
        }
    }

    private void Begin(Func<Task> next) => act = next();

    private async Task KillNodeAsync()
    {
        var node = cluster.Nodes[victim++ % cluster.Nodes.Count];
        screen.Say($"{node.Name} is killed (SIGKILL)");
        node.Kill();
        await Task.Delay(NodeStaysDead, end.Token);
        screen.Say($"{node.Name} is started again");
        await node.StartAsync(end.Token);
        screen.Say($"{node.Name} is back");
    }

    private async Task FailOverAsync()
    {
        screen.Say("The primary is killed; its standby takes over");
        await cluster.Postgres.FailOverAsync(end.Token);
        screen.Say("The standby is the primary now. No node was restarted");
    }

    private async Task AddStandbyAsync()
    {
        screen.Say("A new standby copies the primary");
        await cluster.Postgres.AddStandbyAsync(end.Token);
        screen.Say("The new standby has every commit from now on");
    }
}
