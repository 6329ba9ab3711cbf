// RFC 6749 - The OAuth 2.0 Authorization Framework (§2.3, §3.2.1: client authentication)
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Throttling;
using Microsoft.Extensions.Logging;

namespace Gatehouse.ClientAuthentication;

/// <summary>Which client is this? By exactly one mechanism, and the one that it registered (SR-091). For every endpoint that clients call directly.</summary>
internal sealed partial class ClientAuthenticator(
    IEnumerable<ClientAuthenticationMethod> methods, ClientCache clients, SecretUpgrade upgrade, Throttle throttle, AuditTrail audit, TimeProvider clock, ILogger<ClientAuthenticator> log)
{
    private readonly ClientAuthenticationMethod[] methods = [.. methods];

    public async ValueTask<Result<Client>> AuthenticateAsync(BackChannelRequest request, CancellationToken ct)
    {
        if (!Find(request, out var method).Succeeded(out var credentials, out var error)) return error;

        if (throttle.CheckClient(credentials.ClientId, request.Address) is { } wait)
        {
            Throttled(log, new(credentials.ClientId));
            return wait;
        }

        var client = await clients.FindAsync(credentials.ClientId, ct);
        var verified = method!.Verify(client, credentials, clock.GetUtcNow());
        if (verified && client!.TokenEndpointAuthMethod == method.Name)
        {
            await upgrade.OnUsedAsync(client, credentials.Secret, ct);
            await throttle.ClientSucceededAsync(client.Id, request.Address, ct);
            return client;
        }

        if (client is null) UnknownClient(log, new(credentials.ClientId), method.Name);
        else if (client.TokenEndpointAuthMethod != method.Name) WrongMethod(log, client.Id, client.TokenEndpointAuthMethod, method.Name);
        else WrongSecret(log, client.Id, method.Name);
        audit.Record(AuditType.ClientRefused, AuditOutcome.Refused, client?.Id, null, request.Address, ("method", method.Name));
        await throttle.ClientFailedAsync(credentials.ClientId, request.Address, ct);
        // One answer for all of these: which of them it was is for the operator.
        return OAuthError.InvalidClient("client authentication failed");
    }

    private Result<Credentials> Find(BackChannelRequest request, out ClientAuthenticationMethod? method)
    {
        method = null;
        Result<Credentials> found = OAuthError.InvalidClient("the client did not authenticate");
        foreach (var candidate in methods)
        {
            if (candidate.Find(request) is not { } presented) continue;
            if (method is not null)
                return OAuthError.InvalidRequest("the client used more than one authentication mechanism");
            (method, found) = (candidate, presented);
        }
        // RFC 6749 §3.2.1 lets an authenticated client repeat its id in the body; it must then be the same one.
        if (found.Succeeded(out var credentials, out _) && request.Form.Optional("client_id") is { } named && named != credentials.ClientId)
            return OAuthError.InvalidRequest("client_id does not match the client that authenticated");
        return found;
    }

    [LoggerMessage(1401, LogLevel.Information, "Client authentication failed: there is no enabled client '{ClientId}' (by {Method}). List clients with `gatehouse clients list`.")]
    private static partial void UnknownClient(ILogger log, Untrusted clientId, string method);

    [LoggerMessage(1402, LogLevel.Information, "Client authentication failed: client '{ClientId}' is registered for {Registered} but used {Used}. Change the client, or its token_endpoint_auth_method.")]
    private static partial void WrongMethod(ILogger log, string clientId, string registered, string used);

    [LoggerMessage(1403, LogLevel.Information, "Client authentication failed: client '{ClientId}' showed a wrong or expired secret (by {Method}). Add one with `gatehouse clients add-secret`.")]
    private static partial void WrongSecret(ILogger log, string clientId, string method);

    [LoggerMessage(1404, LogLevel.Information, "Client '{ClientId}' has to wait after too many failed attempts from its address. See Gatehouse:Throttling.")]
    private static partial void Throttled(ILogger log, Untrusted clientId);
}
