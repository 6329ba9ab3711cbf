// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§2: auth_time)
using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace Gatehouse.Http;

/// <summary>
/// What the app's own cookie carries for us, in the properties of its ticket: they are encrypted, and they survive a sliding renewal, which moves the time at which the ticket was issued but not the time at
/// which the user signed in.
/// </summary>
/// <param name="SessionId">The <c>sid</c>.</param>
/// <param name="Stamp">Of the sign-in that made this cookie.</param>
/// <param name="SignedInAt">When the user proved who they are.</param>
internal sealed record SessionMark(string SessionId, string Stamp, DateTimeOffset SignedInAt)
{
    private const string SessionKey = ".gatehouse.sid", StampKey = ".gatehouse.stamp", TimeKey = ".gatehouse.auth_time";

    /// <summary>Null for a cookie from before there were sessions.</summary>
    public static SessionMark? Read(AuthenticationProperties? properties) =>
        properties is not null
        && properties.Items.TryGetValue(SessionKey, out var id) && id is not null
        && properties.Items.TryGetValue(StampKey, out var stamp) && stamp is not null
        && properties.Items.TryGetValue(TimeKey, out var at) && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? new(id, stamp, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : null;

    public void Write(AuthenticationProperties properties)
    {
        properties.Items[SessionKey] = SessionId;
        properties.Items[StampKey] = Stamp;
        properties.Items[TimeKey] = SignedInAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
    }

    public static void Remove(AuthenticationProperties properties)
    {
        foreach (var key in new[] { SessionKey, StampKey, TimeKey }) properties.Items.Remove(key);
    }
}
