// RFC 7662 - OAuth 2.0 Token Introspection
using Gatehouse.ClientAuthentication;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Introspection;

/// <summary>Tells a client what a token stands for, if it is the token's own client or the resource that the token is for; else only that it is not active (SR-198).</summary>
internal sealed partial class IntrospectionEndpoint(
    IssuerSource issuers, ClientAuthenticator authenticator, AccessTokenReader tokens, UserStatus users, ResourceCatalog resources, PairwiseSubject subjects,
    Metrics metrics, ILogger<IntrospectionEndpoint> log)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (!(await BackChannelRequest.ReadAsync(http, issuers)).Succeeded(out var request, out var error)
            || !(await authenticator.AuthenticateAsync(request, http.RequestAborted)).Succeeded(out var client, out error)
            || !request.Form.Required("token").Succeeded(out var text, out error))
        {
            await RefuseAsync(http, error, null);
            return;
        }
        // §2.1 asks for authorization, or anybody could try tokens here; a public client has proven nothing.
        if (client.IsPublic)
        {
            await RefuseAsync(http, OAuthError.InvalidClient("introspection needs client authentication"), client);
            return;
        }

        var token = await tokens.FindAsync(text, request.Issuer, http.RequestAborted);
        if (token is not null && !MaySee(client, token))
        {
            NotEntitled(log, client.Id, token.Id);
            token = null;
        }
        if (token is not null && !await users.IsActiveAsync(token.Subject, http.RequestAborted))
            token = null;
        metrics.Ended(metrics.Introspections, client, token is null ? "inactive" : "active");
        await OAuthResults.JsonAsync(http, IntrospectionResponse.Write(token, resources, subjects, request.Issuer));
    }

    private Task RefuseAsync(HttpContext http, OAuthError error, Client? client)
    {
        Refused(log, error.Code, error.Reason ?? error.Description);
        metrics.Refused(metrics.Introspections, client, error);
        return OAuthResults.ErrorAsync(http, error);
    }

    private static bool MaySee(Client client, AccessToken token) =>
        token.Client.Id == client.Id || client.ResourceServerFor.Contains(token.Audience ?? "self");

    [LoggerMessage(1441, LogLevel.Information, "Introspection was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);

    [LoggerMessage(1442, LogLevel.Information, "Client '{ClientId}' introspected token {TokenId}, which is neither its own nor for a resource that it is registered as; it was told 'inactive'. If it is that resource's server, add the resource to its resource_server_for ('self' is the app's own API).")]
    private static partial void NotEntitled(ILogger log, string clientId, string tokenId);
}
