// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§4.4.1.11: resource exhaustion)
using System.Net;
using Gatehouse.Protocol;
using Gatehouse.Throttling;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>So many requests from one address in an hour, counted exactly over all nodes, whatever becomes of them (SR-158): the refused ones cost us as much.</summary>
internal sealed class RegistrationQuota(IAttemptStore store, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private readonly int most = options.Value.Registration.MaxPerAddressAndHour;

    /// <summary>Null if this one is within the quota.</summary>
    public async ValueTask<OAuthError?> CountAsync(IPAddress? address, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        // The hour is part of the key: a count that is never renewed is what limits, not the time since the last one.
        var counted = await store.AddFailureAsync([$"registration:{hour:yyyyMMddHH}:{Throttle.KeyOf(address)}"], now, hour, ct);
        if (counted[0].Failures <= most) return null;
        return new("temporarily_unavailable", $"more than {most} requests to register from this address in an hour", 429)
        {
            RetryAfter = hour.AddHours(1) - now,
            Reason = $"An address used up its quota of {most} an hour (Gatehouse:Registration:MaxPerAddressAndHour).",
        };
    }
}
