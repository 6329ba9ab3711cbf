// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§2: what the logout page loads)
using Gatehouse.Clients;

namespace Gatehouse.Logout;

/// <summary>The frames in which the clients of a session forget their user.</summary>
internal static class FrontChannelFrames
{
    /// <param name="clients">Who was in the session.</param>
    /// <param name="issuer">Who we are.</param>
    /// <param name="sessionId">The <c>sid</c>; null if the app's sign-in has none, and then a client that must have it is left out.</param>
    public static IReadOnlyList<string> Of(IEnumerable<Client> clients, string issuer, string? sessionId) =>
        [.. clients.Where(client => client.FrontchannelLogoutUri is not null && (sessionId is not null || !client.FrontchannelLogoutSessionRequired)).Select(client => Of(client, issuer, sessionId))];

    private static string Of(Client client, string issuer, string? sessionId)
    {
        var uri = client.FrontchannelLogoutUri!;
        if (!client.FrontchannelLogoutSessionRequired) return uri;
        var separator = !uri.Contains('?') ? "?" : uri[^1] is '?' or '&' ? "" : "&";
        return $"{uri}{separator}iss={Uri.EscapeDataString(issuer)}&sid={Uri.EscapeDataString(sessionId!)}";
    }
}
