// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage
using System.Runtime.ExceptionServices;
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bearer;

/// <summary>The scheme <see cref="GatehouseAuthentication.Scheme"/>: one look-up in the store makes a token a user. One instance serves one request.</summary>
/// <remarks>Not on the framework's base class, which tells the log of every challenge once more, without a reason, and needs options that we have no use for.</remarks>
internal sealed partial class BearerHandler(
    AccessTokenReader tokens, Revoker revoker, AuditTrail audit, Admission admission, Bursts bursts, Metrics metrics, IOptions<GatehouseOptions> options, ILogger<BearerHandler> log) : IAuthenticationSignOutHandler
{
    /// <summary>How long the log says nothing more of outages of one kind.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(1);

    private HttpContext http = null!;
    private Task<AuthenticateResult>? authentication;
    private AccessToken? presented;
    private OAuthError? refusal;
    private ExceptionDispatchInfo? outage;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        http = context;
        return Task.CompletedTask;
    }

    /// <summary>Asked several times in a request, it looks once.</summary>
    public Task<AuthenticateResult> AuthenticateAsync() => authentication ??= DecideAsync();

    private async Task<AuthenticateResult> DecideAsync()
    {
        if (!BearerCredentials.ArePresent(http.Request.Headers.Authorization) || http.GetEndpoint()?.Metadata.GetMetadata<ReadsBearerToken>() is not null) return AuthenticateResult.NoResult();
        if ((await ReadAsync()).Succeeded(out presented, out refusal))
        {
            metrics.Ended(metrics.BearerChecks, presented.Client, "accepted");
            return AuthenticateResult.Success(AccessTokenPrincipal.TicketOf(presented));
        }
        metrics.Refused(metrics.BearerChecks, null, refusal);
        Refused(log, refusal.Code, refusal.Reason ?? refusal.Description);
        return AuthenticateResult.Fail(refusal.Description);
    }

    private async ValueTask<Result<AccessToken>> ReadAsync()
    {
        if (!BearerCredentials.Parse(http.Request.Headers.Authorization).Succeeded(out var text, out var error)) return error;
        if (options.Value.PyramidCompatibility) text = BearerCredentials.Unwrap(text);
        try
        {
            if (!(await tokens.ReadReferenceAsync(text, http.RequestAborted)).Succeeded(out var token, out error)) return error;
            return token.Audience is null ? token : AccessTokenReader.Invalid($"Token {token.Id} of client '{token.Client.Id}' is for {token.Audience}, not for this app's own API.");
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Whether the token is good cannot be known now: 503 wherever a user is required, so that nobody throws a good token away.
            if (e is ServerBusyException busy) admission.Note(busy);
            else if (bursts.MaySay((typeof(BearerHandler), e.GetType()), quiet, out var unsaid)) Unavailable(log, e, unsaid);
            outage = ExceptionDispatchInfo.Capture(e);
            return OAuthError.TemporarilyUnavailable("see the exception");
        }
    }

    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        await AuthenticateAsync();
        BearerChallenge.Write(http.Response, refusal, RequiredScopes.Of(http));
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var required = RequiredScopes.Of(http);
        if (RequiredScopes.AreMissing(http))
        {
            InsufficientScope(log, presented?.Id, presented?.Client.Id, presented?.Scopes.ToString(), required.ToString());
            BearerChallenge.Write(http.Response, new("insufficient_scope", "the token lacks a scope that this needs", StatusCodes.Status403Forbidden), required);
        }
        // Refused for a reason that no other token of this user would heal, so there is nothing to challenge for (RFC 6750 §3.1 has no code for it).
        else http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    public async Task SignOutAsync(AuthenticationProperties? properties)
    {
        await AuthenticateAsync();
        // Whoever wants to be signed out must not believe that it happened.
        outage?.Throw();
        if (presented?.FamilyId is not { } family) return;
        // Not cancelled when the client hangs up: it wanted out.
        await revoker.RevokeFamilyAsync(family, "user", CancellationToken.None);
        SignedOut(log, presented.Id, presented.Client.Id);
        audit.Record(AuditType.TokensRevoked, AuditOutcome.Success, presented.Client.Id, presented.Subject, http.Connection.RemoteIpAddress, ("family", family.ToString()));
    }

    [LoggerMessage(1501, LogLevel.Information, "A bearer token was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);

    [LoggerMessage(1502, LogLevel.Error, "A bearer token could not be looked up. See whether the database is reachable. {Unsaid} more failures of this kind were not written down, because one a second is.")]
    private static partial void Unavailable(ILogger log, Exception e, long unsaid);

    [LoggerMessage(1503, LogLevel.Information, "Token {TokenId} of client '{ClientId}' has scope '{Scope}', and '{Required}' is required.")]
    private static partial void InsufficientScope(ILogger log, string? tokenId, string? clientId, string? scope, string required);

    [LoggerMessage(1504, LogLevel.Information, "Signed out with token {TokenId} of client '{ClientId}': everything of its family is revoked.")]
    private static partial void SignedOut(ILogger log, string tokenId, string clientId);
}
