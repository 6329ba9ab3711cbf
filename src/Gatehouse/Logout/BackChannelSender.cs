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
/// Sends what is in the outbox. It wakes when this process puts something in, and looks every few seconds for what others left behind. A client that does not answer holds up itself and nobody else: it has at most
/// two requests under way, and after a failure none until its pause is over.
/// </summary>
internal sealed partial class BackChannelSender(
    IServiceProvider services, IssuerSource issuers, OutboxSignal signal, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<BackChannelSender> log) : BackgroundService
{
    private const int MaxAtOnce = 24, MaxPerClient = 2;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5), PauseOfTheBusy = TimeSpan.FromSeconds(2);

    // As long as one attempt can take, and some: whoever claims it after that may take its owner for dead.
    private readonly TimeSpan lease = options.Value.Fetch.Timeout + TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Listener> listeners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Task> running = new();

    private sealed class Listener
    {
        public int UnderWay;
        public DateTimeOffset QuietUntil;
        public int Failures;
    }

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
                if (claimed < free || free == 0) await signal.WaitAsync(LookEvery, clock, stoppingToken);
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
            if (listener.QuietUntil > now) await outbox.PostponeAsync(notice, listener.QuietUntil, sent: false, ct);
            else if (listener.UnderWay >= MaxPerClient) await outbox.PostponeAsync(notice, now + PauseOfTheBusy, sent: false, ct);
            else
            {
                Interlocked.Increment(ref listener.UnderWay);
                var delivering = new Task<Task>(() => DeliverAsync(outbox, delivery, listener, notice, issuer, ct));
                // Written down before it begins: it strikes itself off when it ends.
                running[notice.Id] = delivering.Unwrap();
                delivering.Start(TaskScheduler.Default);
            }
        }
        return claimed.Count;
    }

    private async Task DeliverAsync(ILogoutOutbox outbox, BackChannelDelivery delivery, Listener listener, LogoutNotice notice, string issuer, CancellationToken ct)
    {
        try
        {
            if (await delivery.TryDeliverAsync(outbox, notice, issuer, ct)) (listener.QuietUntil, listener.Failures) = (default, 0);
            else
            {
                var now = clock.GetUtcNow();
                // Once for all that were under way together. The client's own count, too: of many notices each is new, and it would be asked every ten seconds for as long as they last.
                if (listener.QuietUntil <= now) listener.Failures++;
                listener.QuietUntil = now + BackChannelDelivery.PauseAfter(Math.Max(notice.Attempts, listener.Failures));
            }
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
        finally
        {
            Interlocked.Decrement(ref listener.UnderWay);
            running.TryRemove(notice.Id, out _);
            signal.Ring();
        }
    }

    [LoggerMessage(1825, LogLevel.Warning, "Logout notices cannot be read, so clients are told later; it is said once per outage. Nothing is lost. See whether the database is reachable and migrated.")]
    private static partial void Unreadable(ILogger log, Exception e);

    [LoggerMessage(1826, LogLevel.Warning, "A logout notice for client '{ClientId}' could not be settled; it is sent again, and the client may hear of it twice. See whether the database is reachable.")]
    private static partial void NotSettled(ILogger log, string clientId, Exception e);
}
