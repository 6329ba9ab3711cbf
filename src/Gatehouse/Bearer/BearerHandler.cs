// RFC 6750 - The OAuth 2.0 Authorization Framework: Bearer Token Usage
using System.Text.Encodings.Web;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bearer;

/// <summary>The scheme <see cref="GatehouseAuthentication.Scheme"/>: one look-up in the store makes a token a user.</summary>
internal sealed partial class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokenReader tokens, Revoker revoker, IOptions<GatehouseOptions> gatehouse)
    : SignOutAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private AccessToken? presented;
    private OAuthError? refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BearerCredentials.ArePresent(Request.Headers.Authorization)) return AuthenticateResult.NoResult();
        if ((await ReadAsync()).Succeeded(out presented, out refusal))
            return AuthenticateResult.Success(AccessTokenPrincipal.TicketOf(presented, Scheme.Name));
        Refused(Logger, refusal.Code, refusal.Reason ?? refusal.Description);
        return AuthenticateResult.Fail(refusal.Description);
    }

    private async ValueTask<Result<AccessToken>> ReadAsync()
    {
        if (!BearerCredentials.Parse(Request.Headers.Authorization).Succeeded(out var text, out var error)) return error;
        if (gatehouse.Value.PyramidCompatibility) text = BearerCredentials.Unwrap(text);
        try
        {
            if (!(await tokens.ReadReferenceAsync(text, Context.RequestAborted)).Succeeded(out var token, out error)) return error;
            return token.Audience is null ? token : AccessTokenReader.Invalid($"Token {token.Id} of client '{token.Client.Id}' is for {token.Audience}, not for this app's own API.");
        }
        catch (Exception e) when (!Context.RequestAborted.IsCancellationRequested)
        {
            // Whether the token is good cannot be known now: 503 wherever a user is required, so that nobody throws a good token away.
            Unavailable(Logger, e);
            return OAuthError.TemporarilyUnavailable("see the exception");
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        BearerChallenge.Write(Response, refusal, RequiredScopes.Of(Context));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var required = RequiredScopes.Of(Context);
        if (RequiredScopes.AreMissing(Context))
        {
            InsufficientScope(Logger, presented?.Id, presented?.Client.Id, presented?.Scopes.ToString(), required.ToString());
            BearerChallenge.Write(Response, new("insufficient_scope", "the token lacks a scope that this needs", StatusCodes.Status403Forbidden), required);
        }
        // Refused for a reason that no other token of this user would heal, so there is nothing to challenge for (RFC 6750 §3.1 has no code for it).
        else Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        if (presented?.FamilyId is not { } family) return;
        // Not cancelled when the client hangs up: it wanted out.
        await revoker.RevokeFamilyAsync(family, CancellationToken.None);
        SignedOut(Logger, presented.Id, presented.Client.Id);
    }

    [LoggerMessage(1501, LogLevel.Information, "A bearer token was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);

    [LoggerMessage(1502, LogLevel.Error, "A bearer token could not be looked up. See whether the database is reachable.")]
    private static partial void Unavailable(ILogger log, Exception e);

    [LoggerMessage(1503, LogLevel.Information, "Token {TokenId} of client '{ClientId}' has scope '{Scope}', and '{Required}' is required.")]
    private static partial void InsufficientScope(ILogger log, string? tokenId, string? clientId, string? scope, string required);

    [LoggerMessage(1504, LogLevel.Information, "Signed out with token {TokenId} of client '{ClientId}': everything of its family is revoked.")]
    private static partial void SignedOut(ILogger log, string tokenId, string clientId);
}
