// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1.2, §4.1.2.1: where an answer may go)
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>
/// Where the answer to an authorization request goes. Holding one proves that the client registered the URI; until then an error is shown to the user and
/// sent nowhere (SR-007).
/// </summary>
internal sealed class RedirectTarget
{
    private RedirectTarget(Client client, string uri, bool isNamed, string mode, string? state, bool isSilent) =>
        (Client, Uri, IsNamed, Mode, State, IsSilent) = (client, uri, isNamed, mode, state, isSilent);

    public Client Client { get; }

    public string Uri { get; }

    /// <summary>Whether the request named it. Then the token request must name it too (§4.1.3).</summary>
    public bool IsNamed { get; }

    /// <summary>How the answer travels (<see cref="ResponseMode"/>), errors included.</summary>
    public string Mode { get; }

    /// <summary>The client's, given back byte for byte (SR-023).</summary>
    public string? State { get; }

    /// <summary>Whether nobody may be asked anything (<c>prompt=none</c>), not even to sign in before an error is sent on (SR-010).</summary>
    public bool IsSilent { get; }

    public static Result<RedirectTarget> Parse(Parameters request, Client client)
    {
        if (request.All("client_id").Count > 1 || request.All("redirect_uri").Count > 1)
            return OAuthError.InvalidRequest("client_id or redirect_uri is repeated");
        var named = request.Optional("redirect_uri");
        var uri = named ?? (client.RedirectUris is [var only] ? only : null);
        if (uri is null)
            return client.RedirectUris.Count == 0
                ? OAuthError.InvalidRequest("the client has no redirect_uri registered", $"Client '{client.Id}' has no redirect URI. Register one: gatehouse clients update {client.Id} --redirect-uri https://...")
                : OAuthError.InvalidRequest("redirect_uri is missing: the client has several, so the request must name one");
        if (!client.RedirectUris.Any(registered => RedirectUri.Matches(registered, uri)))
            return OAuthError.InvalidRequest("redirect_uri is not registered for this client");
        var states = request.All("state");
        return new RedirectTarget(client, uri, named is not null, ResponseMode.Of(request, client, uri), states is [var state] ? state : null, IsNone(request.Optional("prompt")));
    }

    private static bool IsNone(string? prompt) => prompt?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } values && values.All(value => value == "none");
}
