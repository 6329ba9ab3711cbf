using System.Net.Mime;
using Gatehouse.EntityFrameworkCore;
using Gatehouse.Keys;
using Gatehouse.Server.Users.Data;

namespace Gatehouse.Server.Hosting;

/// <summary>For whoever runs the process: <c>/health/live</c> says that it answers, <c>/health/ready</c> that it can issue tokens. Neither tells a stranger more than that.</summary>
internal static class Health
{
    public static void AddHealth(this WebApplicationBuilder builder) => builder.Services.AddSingleton<Readiness>();

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live", MediaTypeNames.Text.Plain)).AllowAnonymous();
        app.MapGet("/health/ready", async (Readiness readiness, CancellationToken ct) => await readiness.IsReadyAsync(ct)
            ? Results.Text("ready", MediaTypeNames.Text.Plain)
            : Results.Text("not ready", MediaTypeNames.Text.Plain, statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
    }
}

/// <summary>Whether tables and a signing key can be used. Asked at most once a second, however many ask.</summary>
internal sealed partial class Readiness(
    GatehouseDatabase provider, UsersDatabase users, KeyRing keys, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Readiness> log) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim asking = new(1);
    private long? askedAt;
    private bool ready;

    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        // A server that is going to stop must get no new visitors.
        if (lifetime.ApplicationStopping.IsCancellationRequested) return false;
        await asking.WaitAsync(ct);
        try
        {
            if (askedAt is { } at && clock.GetElapsedTime(at) < Fresh) return ready;
            ready = await LookAsync(ct);
            askedAt = clock.GetTimestamp();
            return ready;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<bool> LookAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            if (!(await provider.GetStatusAsync(limit.Token)).IsUsable || !(await users.GetStatusAsync(limit.Token)).IsUsable)
            {
                NotReady(log, null, "the database is not of this version");
                return false;
            }
            _ = await keys.GetAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotReady(log, e, "the database or the signing key cannot be used");
            return false;
        }
    }

    [LoggerMessage(5002, LogLevel.Warning, "Not ready: {Reason}. See whether the database is reachable and migrated.")]
    private static partial void NotReady(ILogger log, Exception? e, string reason);
}
