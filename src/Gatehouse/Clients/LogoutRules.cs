// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§2; with Back-Channel Logout §2.2 and RP-Initiated Logout §3.1)
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for where a client is told of a logout, and where users go after one.</summary>
internal static class LogoutRules
{
    public static void Check(Client client, List<OAuthError> errors)
    {
        foreach (var uri in client.PostLogoutRedirectUris)
            if (RedirectUri.CheckRegistration(uri, client.ApplicationType == "native", "post_logout_redirect_uris") is { } error)
                errors.Add(error);
        if (client.PostLogoutRedirectUris.Distinct(StringComparer.Ordinal).Count() != client.PostLogoutRedirectUris.Count)
            errors.Add(new("invalid_redirect_uri", "post_logout_redirect_uris names one URI twice; remove the repetition"));
        CheckFrontChannel(client, errors);
        if (client.BackchannelLogoutUri is { } backchannel && (!ClientLink.IsFetchable(backchannel) || backchannel.Contains('#')))
            errors.Add(Refuse("backchannel_logout_uri must be an https URL without fragment"));
        foreach (var (name, required, uri) in new[]
        {
            ("frontchannel_logout", client.FrontchannelLogoutSessionRequired, client.FrontchannelLogoutUri), ("backchannel_logout", client.BackchannelLogoutSessionRequired, client.BackchannelLogoutUri),
        })
            if (required && uri is null)
                errors.Add(Refuse($"{name}_session_required needs {name}_uri"));
    }

    /// <summary>Front-Channel Logout §2: of the origin of a redirect URI, so that our logout page frames nobody who has not been there before.</summary>
    private static void CheckFrontChannel(Client client, List<OAuthError> errors)
    {
        if (client.FrontchannelLogoutUri is not { } text) return;
        if (ClientLink.Parse(text) is not { } uri || text.Contains('#') || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            errors.Add(Refuse("frontchannel_logout_uri must be an https URL without fragment"));
        else if (!client.RedirectUris.Any(redirect => ClientLink.Parse(redirect) is { } other && OriginOf(other) == OriginOf(uri)))
            errors.Add(Refuse("frontchannel_logout_uri must have the scheme, host and port of one of redirect_uris (OpenID Connect Front-Channel Logout section 2)"));
    }

    private static string OriginOf(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.StrongPort, UriFormat.UriEscaped);

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
