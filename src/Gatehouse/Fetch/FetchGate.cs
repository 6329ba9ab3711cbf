namespace Gatehouse.Fetch;

/// <summary>Bounds how many fetches run at once, in all and to one host: neither many clients nor one slow site may occupy the server.</summary>
internal sealed class FetchGate(int inAll, int perHost) : IDisposable
{
    private readonly SemaphoreSlim all = new(inAll);
    private readonly Lock sync = new();
    private readonly Dictionary<string, Host> hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place; first at the host's own door, so that those who wait for a slow host hold no place of others.</summary>
    public async ValueTask<IDisposable> EnterAsync(string name, CancellationToken ct)
    {
        Host? host;
        lock (sync)
        {
            if (!hosts.TryGetValue(name, out host)) hosts.Add(name, host = new(new(perHost)));
            host.Users++;
        }
        var entered = false;
        try
        {
            await host.Places.WaitAsync(ct);
            entered = true;
            await all.WaitAsync(ct);
            return new Place(this, name, host);
        }
        catch
        {
            Leave(name, host, entered);
            throw;
        }
    }

    public void Dispose() => all.Dispose();

    private void Leave(string name, Host host, bool entered)
    {
        lock (sync)
        {
            if (entered) host.Places.Release();
            // Names come from strangers; one that nobody waits for is forgotten.
            if (--host.Users > 0) return;
            hosts.Remove(name);
            host.Places.Dispose();
        }
    }

    private sealed class Host(SemaphoreSlim places)
    {
        public SemaphoreSlim Places { get; } = places;

        public int Users { get; set; }
    }

    private sealed class Place(FetchGate gate, string name, Host host) : IDisposable
    {
        public void Dispose()
        {
            gate.all.Release();
            gate.Leave(name, host, entered: true);
        }
    }
}
