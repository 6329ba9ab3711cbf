// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.5: in the background)
using System.Collections.Concurrent;
using Gatehouse.Http;
using Gatehouse.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Logout;

/// <summary>
/// Sends what is in the outbox. It wakes when this process puts something in, and looks every few seconds for what others left behind. A client that does not answer holds up itself and nobody else: few
/// requests are under way to it, and after a failure none until its pause is over (<see cref="Listener"/>).
/// </summary>
internal sealed partial class BackChannelSender(
    IServiceProvider services, IssuerSource issuers, OutboxSignal signal, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<BackChannelSender> log) : BackgroundService
{
    private const int MaxAtOnce = 24;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5), WhileMany = TimeSpan.FromMilliseconds(100);

    // As long as one attempt can take, and some: whoever claims it after that may take its owner for dead.
    private readonly TimeSpan lease = options.Value.Fetch.Timeout + TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Listener> listeners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Task> running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // An app with a store of its own may have no outbox.
        if (services.GetService<ILogoutOutbox>() is not { } outbox) return;
        var delivery = services.GetRequiredService<BackChannelDelivery>();
        var failing = false;
        try
        {
            while (true)
            {
                var free = MaxAtOnce - running.Count;
                var claimed = 0;
                try
                {
                    // In Development the first request may have to say who we are.
                    if (free > 0 && issuers.Known is { } issuer) claimed = await StartAsync(outbox, delivery, issuer, free, stoppingToken);
                    failing = false;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    if (!failing) Unreadable(log, e);
                    failing = true;
                }
                // A full hand means that there may be more.
                if (claimed == free && free > 0) continue;
                var now = clock.GetUtcNow();
                await signal.WaitAsync(listeners.Any(one => one.Value.IsAwaited(now)) ? WhileMany : LookEvery, clock, stoppingToken);
            }
        }
        finally
        {
            // What is under way is claimed, so it would be sent again; better to let it finish.
            await Task.WhenAll(running.Values);
        }
    }

    private async Task<int> StartAsync(ILogoutOutbox outbox, BackChannelDelivery delivery, string issuer, int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var claimed = await outbox.ClaimAsync(now, now + lease, limit, ct);
        foreach (var notice in claimed)
        {
            // Under way here, and its claim ran out: the process, or its clock, stood still for a while. It has a new claim now.
            if (running.ContainsKey(notice.Id)) continue;
            var listener = listeners.GetOrAdd(notice.ClientId, _ => new());
            var (sendNow, postponeTo) = listener.Take(notice, now, now + lease);
            if (postponeTo is { } due) await outbox.PostponeAsync(notice, due, sent: false, ct);
            if (!sendNow) continue;
            var sending = new Task<Task>(() => SendAsync(outbox, delivery, listener, notice, issuer, ct));
            // Written down before it begins: it strikes itself off when it ends.
            running[notice.Id] = sending.Unwrap();
            sending.Start(TaskScheduler.Default);
        }
        return claimed.Count;
    }

    /// <summary>One, and those in line behind it.</summary>
    private async Task SendAsync(ILogoutOutbox outbox, BackChannelDelivery delivery, Listener listener, LogoutNotice first, string issuer, CancellationToken ct)
    {
        var self = running[first.Id];
        for (LogoutNotice? notice = first, next; notice is not null; notice = next)
        {
            var begun = clock.GetTimestamp();
            await DeliverAsync(outbox, delivery, listener, notice, issuer, ct);
            next = ct.IsCancellationRequested ? null : listener.Next(clock.GetUtcNow(), clock.GetElapsedTime(begun));
            if (next is not null) running[next.Id] = self;
            running.TryRemove(notice.Id, out _);
        }
        signal.Ring();
    }

    private async Task DeliverAsync(ILogoutOutbox outbox, BackChannelDelivery delivery, Listener listener, LogoutNotice notice, string issuer, CancellationToken ct)
    {
        try
        {
            if (await delivery.TryDeliverAsync(outbox, notice, issuer, ct))
            {
                listener.Delivered();
                return;
            }
            var (until, left) = listener.Failed(clock.GetUtcNow(), notice.Attempts);
            foreach (var one in left) await outbox.PostponeAsync(one, until, sent: false, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Its claim runs out, and then it is tried again.
            NotSettled(log, notice.ClientId, e);
        }
        catch (OperationCanceledException)
        {
            // The process stops; the next one finds the notice.
        }
    }

    [LoggerMessage(1825, LogLevel.Warning, "Logout notices cannot be read, so clients are told later; it is said once per outage. Nothing is lost. See whether the database is reachable and migrated.")]
    private static partial void Unreadable(ILogger log, Exception e);

    [LoggerMessage(1826, LogLevel.Warning, "A logout notice for client '{ClientId}' could not be settled; it is sent again, and the client may hear of it twice. See whether the database is reachable.")]
    private static partial void NotSettled(ILogger log, string clientId, Exception e);
}
