// RFC 7592 - OAuth 2.0 Dynamic Client Registration Management Protocol (§2: client configuration endpoint)
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Registration;

/// <summary>Where a client reads, changes and ends its own registration, and no other (SR-157).</summary>
internal sealed partial class RegistrationManagementEndpoint(
    IssuerSource issuers, IClientStore clients, RegistrationQuota quota, Registrar registrar, RegistrationEndpoint registration, AuditTrail audit, TimeProvider clock,
    ILogger<RegistrationManagementEndpoint> log)
{
    public const string Methods = "GET, PUT, DELETE", ClientId = "client_id";

    public async Task HandleAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        if (!(await AuthorizeAsync(http, ct)).Succeeded(out var caller, out var error))
        {
            await RegistrationEndpoint.RefuseAsync(http, log, error);
            return;
        }
        switch (http.Request.Method)
        {
            case "GET":
                await AnswerAsync(http, new(caller.Client, null), caller.Token);
                break;
            case "PUT":
                await ReplaceAsync(http, caller, ct);
                break;
            case "DELETE":
                await registrar.EndAsync(caller.Client, ct);
                Ended(log, caller.Client.Id);
                audit.Record(AuditType.ClientDeleted, AuditOutcome.Success, caller.Client.Id, null, http.Connection.RemoteIpAddress, ("by", "itself"));
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private sealed record Caller(Client Client, string Token);

    /// <summary>One answer for every other token, and for clients that are unknown, gone, disabled or registered by the operator: nobody learns which ids exist (§3 of RFC 6750 gives the status).</summary>
    private async ValueTask<Result<Caller>> AuthorizeAsync(HttpContext http, CancellationToken ct)
    {
        var refusal = RegistrationEndpoint.InvalidToken("the registration access token does not open this client");
        if (!BearerCredentials.ArePresent(http.Request.Headers.Authorization)) return refusal;
        if (!BearerCredentials.Parse(http.Request.Headers.Authorization).Succeeded(out var token, out var malformed)) return malformed;
        return http.Request.RouteValues[ClientId] is string id && await clients.FindAsync(id, ct) is { Enabled: true } client && RegistrationToken.Opens(client, token) ? new Caller(client, token) : refusal;
    }

    private async Task ReplaceAsync(HttpContext http, Caller caller, CancellationToken ct)
    {
        if (await quota.CountAsync(http.Connection.RemoteIpAddress, ct) is { } error
            || !(await RegistrationEndpoint.ReadAsync(http.Request, ct)).Succeeded(out var request, out error)
            || (error = request.ProblemAsChangeOf(caller.Client, clock.GetUtcNow())) is not null
            || !(await registrar.DecideAsync(caller.Client.Id, request, ct)).Succeeded(out var decided, out error))
        {
            await RegistrationEndpoint.RefuseAsync(http, log, error);
            return;
        }
        if (await registrar.ReplaceAsync(caller.Client, decided, ct) is not { } replaced)
        {
            await RegistrationEndpoint.RefuseAsync(http, log, RegistrationEndpoint.InvalidToken("the registration access token does not open this client"));
            return;
        }
        Replaced(log, caller.Client.Id);
        audit.Record(AuditType.ClientChanged, AuditOutcome.Success, caller.Client.Id, null, http.Connection.RemoteIpAddress, ("by", "itself"));
        await AnswerAsync(http, replaced, caller.Token);
    }

    /// <summary>The token that it came with is the one to come with again: it is not rotated, because an answer that gets lost would lock its client out.</summary>
    private Task AnswerAsync(HttpContext http, Registered registered, string token) =>
        OAuthResults.JsonAsync(http, RegistrationResponse.Write(registered.Client, registered.Secret, token, registration.UriOf(issuers.For(http.Request), registered.Client.Id)));

    [LoggerMessage(1853, LogLevel.Information, "Client '{ClientId}' changed its registration.")]
    private static partial void Replaced(ILogger log, string clientId);

    [LoggerMessage(1854, LogLevel.Information, "Client '{ClientId}' ended its registration; all that it held was revoked.")]
    private static partial void Ended(ILogger log, string clientId);
}
