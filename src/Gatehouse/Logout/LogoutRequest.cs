// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2: the request)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Logout;

/// <summary>What a client wants when it sends its user here to sign out. Where the user goes afterwards is proven to be the client's own.</summary>
internal sealed class LogoutRequest
{
    private LogoutRequest(Client? client, IdTokenHint? hint, string? returnUri, string? state) => (Client, Hint, ReturnUri, State) = (client, hint, returnUri, state);

    /// <summary>Who asks; null if the request does not say, and then nobody is sent anywhere.</summary>
    public Client? Client { get; }

    /// <summary>The ID token that the client was given; null if there is none, or one that nobody can check any more.</summary>
    public IdTokenHint? Hint { get; }

    /// <summary>Where the user goes afterwards: registered by <see cref="Client"/>, octet for octet.</summary>
    public string? ReturnUri { get; }

    public string? State { get; }

    /// <param name="request">The parameters.</param>
    /// <param name="hint">The <c>id_token_hint</c>, read; null if there is none.</param>
    /// <param name="named">The client of <c>client_id</c>; null if there is none.</param>
    public static Result<LogoutRequest> Parse(Parameters request, IdTokenHint? hint, Client? named)
    {
        if (request.Repeated is { } repeated) return repeated;
        if (hint is not null && named is not null && hint.Client.Id != named.Id)
            return OAuthError.InvalidRequest("client_id is not the client of id_token_hint");
        var client = hint?.Client ?? named;
        var uri = request.Optional("post_logout_redirect_uri");
        // §3: whoever asks is not known, so the user is not sent on; they may sign out all the same.
        if (uri is null || client is null) return new LogoutRequest(client, hint, null, null);
        return client.PostLogoutRedirectUris.Contains(uri, StringComparer.Ordinal)
            ? new LogoutRequest(client, hint, uri, request.Optional("state"))
            : OAuthError.InvalidRequest("post_logout_redirect_uri is not registered for this client") with
            {
                Reason = $"Client '{client.Id}' wants its user back at a URI that is not in its post_logout_redirect_uris. If it is the client's own, register it with gatehouse clients update.",
            };
    }

    /// <summary>Where the user goes afterwards, with the client's state.</summary>
    public static string? ReturnUrl(string? uri, string? state) =>
        uri is null || state is null ? uri : uri + (!uri.Contains('?') ? "?" : uri[^1] is '?' or '&' ? "" : "&") + "state=" + Uri.EscapeDataString(state);
}
