using System.Diagnostics;

namespace Gatehouse.Faults.Load;

/// <summary>Many devices at once, and somebody who looks whether what is dead stays dead.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    public const int Users = 4, Devices = 24;

    /// <summary>Gatehouse:AccessTokenCacheLifetime of every node, and half a second for who is just being answered.</summary>
    public static readonly TimeSpan CacheLifetime = TimeSpan.FromSeconds(5), RevocationBound = CacheLifetime + TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Device> devices = [];
    private readonly Task running;

    private Traffic(IEnumerable<Uri> nodes, string issuer, int seed)
    {
        Fleet = new(nodes, Ledger);
        Keys = new(Fleet, Ledger, issuer);
        for (var i = 0; i < Devices; i++) devices.Add(new(new(NameOf(i % Users)), i % 3 == 0, Fleet, Ledger, Keys, new(seed + i)));
        running = Task.WhenAll([.. devices.Select(device => Task.Run(() => device.RunAsync(stopping.Token))), Task.Run(() => WatchTheDeadAsync(new(seed)))]);
    }

    public Ledger Ledger { get; } = new();

    public Fleet Fleet { get; }

    public KeyDocument Keys { get; }

    public static string NameOf(int user) => $"user{user}";

    /// <summary>Begins, and returns when every node has served some.</summary>
    public static async Task<Traffic> StartAsync(IEnumerable<Uri> nodes, string issuer, int seed = 20261128)
    {
        var traffic = new Traffic(nodes, issuer, seed);
        if (await traffic.Fleet.RecoveredAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(60)) is null) traffic.Ledger.Violate("the nodes did not begin to serve");
        return traffic;
    }

    /// <summary>Nothing new is begun; what was begun is finished; then whoever did not sign out refreshes once more.</summary>
    public async Task FinishAsync()
    {
        await stopping.CancelAsync();
        await running;
        await Task.WhenAll(devices.Select(device => device.FinishAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Fleet.Dispose();
        stopping.Dispose();
    }

    private async Task WatchTheDeadAsync(Random random)
    {
        while (!stopping.IsCancellationRequested)
        {
            var dead = Ledger.DeadSince(RevocationBound);
            if (dead.Count > 0)
            {
                var token = dead[random.Next(dead.Count)];
                var answer = await Fleet.IntrospectAsync(random.Next(Fleet.Count), token.AccessToken);
                if (answer.Outcome == Outcome.Answered && answer["active"] != "False")
                    Ledger.Violate($"an access token was accepted {Stopwatch.GetElapsedTime(token.Since).TotalSeconds:0.0} s after its end was acknowledged");
            }
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
