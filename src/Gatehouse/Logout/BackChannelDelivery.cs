// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.5 to §2.8: the request and its answer)
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Fetch;
using Gatehouse.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Logout;

/// <summary>Brings one notice to its client, or says when to try again.</summary>
internal sealed partial class BackChannelDelivery(
    ClientCache clients, GatehouseSessions sessions, LogoutToken tokens, SafeFetch fetch, IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock, ILogger<BackChannelDelivery> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromHours(1);

    private readonly TimeSpan giveUpAfter = options.Value.Logout.BackChannelGiveUpAfter;

    /// <summary>False if the client did not take it now.</summary>
    public async ValueTask<bool> TryDeliverAsync(ILogoutOutbox outbox, LogoutNotice notice, string issuer, CancellationToken ct)
    {
        // Whoever ended the session may have died before they came to its tokens.
        if (notice.SessionId is { } session) await sessions.EndTokensAsync(session, notice.Subject, ct);
        if (await clients.FindAsync(notice.ClientId, ct) is not { BackchannelLogoutUri: { } uri } client || (notice.SessionId is null && client.BackchannelLogoutSessionRequired))
        {
            await outbox.RemoveAsync(notice.Id, ct);
            return true;
        }
        var (delivered, final, reason) = await SendAsync(client, uri, notice, issuer, ct);
        if (delivered) Delivered(log, client.Id, notice.Subject);
        else if (final) Rejected(log, client.Id, notice.Subject, reason);
        else if (clock.GetUtcNow() + PauseAfter(notice.Attempts) > notice.CreatedAt + giveUpAfter) GaveUp(log, client.Id, notice.Subject, notice.Attempts, reason);
        else
        {
            await outbox.PostponeAsync(notice, clock.GetUtcNow() + PauseAfter(notice.Attempts), sent: true, ct);
            metrics.Ended(metrics.LogoutDeliveries, client, "postponed");
            if (notice.Attempts == 1) Postponed(log, client.Id, notice.Subject, reason);
            return false;
        }
        await outbox.RemoveAsync(notice.Id, ct);
        metrics.Ended(metrics.LogoutDeliveries, client, delivered ? "delivered" : final ? "rejected" : "given_up");
        return delivered || final;
    }

    /// <summary>10 seconds, then twice as long each time, up to an hour.</summary>
    public static TimeSpan PauseAfter(int attempts) => attempts > 9 ? LongestPause : FirstPause * (1 << Math.Max(0, attempts - 1)) is var pause && pause < LongestPause ? pause : LongestPause;

    private async ValueTask<(bool Delivered, bool Final, string Reason)> SendAsync(Client client, string uri, LogoutNotice notice, string issuer, CancellationToken ct)
    {
        if (!(await tokens.WriteAsync(client, notice, issuer, clock.GetUtcNow(), ct)).Succeeded(out var token, out var error)) return (false, false, error.Reason ?? error.Description);
        var answer = await fetch.PostFormAsync(new(uri), [new("logout_token", token)], FetchLimits.Status, ct);
        // §2.8: 400 is the client's own word that it will not have this token. Everything else may be the weather.
        return (answer.Succeeded, answer.Status == 400, answer.Reason);
    }

    [LoggerMessage(1821, LogLevel.Information, "Client '{ClientId}' was told that user '{Subject}' signed out.")]
    private static partial void Delivered(ILogger log, string clientId, string subject);

    [LoggerMessage(1822, LogLevel.Warning, "Client '{ClientId}' could not be told that user '{Subject}' signed out: {Reason}. It is tried again, less and less often; users do not wait for it. See whether its backchannel_logout_uri is right and can be reached from here.")]
    private static partial void Postponed(ILogger log, string clientId, string subject, string reason);

    [LoggerMessage(1823, LogLevel.Warning, "Client '{ClientId}' was not told that user '{Subject}' signed out: given up after {Attempts} attempts over Gatehouse:Logout:BackChannelGiveUpAfter, the last because {Reason}. The user may still be signed in there. Correct its backchannel_logout_uri, or take it off its registration.")]
    private static partial void GaveUp(ILogger log, string clientId, string subject, int attempts, string reason);

    [LoggerMessage(1824, LogLevel.Warning, "Client '{ClientId}' refused the logout token for user '{Subject}' ({Reason}), and is not asked again. The user may still be signed in there: its developers should see why it answers 400.")]
    private static partial void Rejected(ILogger log, string clientId, string subject, string reason);
}
