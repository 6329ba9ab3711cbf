// RFC 7009 - OAuth 2.0 Token Revocation
using System.Net;
using Gatehouse.Audit;
using Gatehouse.ClientAuthentication;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Revocation;

/// <summary>
/// Ends a token for the client that holds it. A refresh token takes its whole family along (§2.1); an access token goes alone, so that the client can still refresh.
/// </summary>
internal sealed partial class RevocationEndpoint(
    IssuerSource issuers, ClientAuthenticator authenticator, IArtifactReader artifacts, AccessTokenReader tokens, Revoker revoker, AuditTrail audit, Metrics metrics, ILogger<RevocationEndpoint> log)
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
        if (client.IsPublic) Cors.AllowPagesOf(client, http);
        // token_type_hint only speeds up a search (§2.1); our tokens say themselves what they are.
        if (await RevokeAsync(text, client, request, http.RequestAborted) is { } refusal)
            await RefuseAsync(http, refusal, client);
        else
        {
            metrics.Ended(metrics.Revocations, client, "done");
            // §2.2: also for a token that is unknown or already dead, because the client's wish is fulfilled. The body is empty.
            http.Response.StatusCode = StatusCodes.Status200OK;
        }
    }

    private async ValueTask<OAuthError?> RevokeAsync(string text, Client client, BackChannelRequest request, CancellationToken ct)
    {
        if (Handle.TryParse(RefreshToken.Prefix, text) is { } refresh) return await RevokeFamilyAsync(refresh, client, request.Address, ct);
        if (Handle.TryParse(ReferenceAccessToken.Prefix, text) is { } access) return await RevokeAloneAsync(access, client, request.Address, ct);
        if (await tokens.FindAsync(text, request.Issuer, ct) is not { } jwt) return null;
        return jwt.Client.Id != client.Id ? NotYours(client, jwt.Id)
            : new OAuthError("unsupported_token_type", "a JWT access token lives until it expires; revoke the refresh token to stop new ones");
    }

    private async ValueTask<OAuthError?> RevokeFamilyAsync(Handle handle, Client client, IPAddress? address, CancellationToken ct)
    {
        var artifact = await artifacts.FindAsync(handle.Id, ct);
        if (artifact is not { Kind: RefreshToken.Kind } || !handle.Matches(artifact.SecretHash.Span)) return null;
        if (artifact.ClientId != client.Id) return NotYours(client, artifact.Id);
        // Also for a spent one: whoever signs out with a token that was just rotated wants to be signed out.
        await revoker.RevokeFamilyAsync(artifact.FamilyId, "client", ct);
        Revoked(log, client.Id, artifact);
        audit.Record(AuditType.TokensRevoked, AuditOutcome.Success, client.Id, artifact.Subject, address, ("family", artifact.FamilyId.ToString()));
        return null;
    }

    private async ValueTask<OAuthError?> RevokeAloneAsync(Handle handle, Client client, IPAddress? address, CancellationToken ct)
    {
        var artifact = await artifacts.FindAsync(handle.Id, ct);
        if (artifact is not { Kind: ReferenceAccessToken.Kind } || !handle.Matches(artifact.SecretHash.Span)) return null;
        if (artifact.ClientId != client.Id) return NotYours(client, artifact.Id);
        await revoker.RevokeAloneAsync(artifact, ct);
        Revoked(log, client.Id, artifact);
        audit.Record(AuditType.TokensRevoked, AuditOutcome.Success, client.Id, artifact.Subject, address, ("token", artifact.Id));
        return null;
    }

    /// <summary>SR-201: the token stays as it was.</summary>
    private OAuthError NotYours(Client client, string tokenId)
    {
        Foreign(log, client.Id, tokenId);
        return OAuthError.UnauthorizedClient("the token was issued to another client");
    }

    private Task RefuseAsync(HttpContext http, OAuthError error, Client? client)
    {
        metrics.Refused(metrics.Revocations, client, error);
        Refused(log, error.Code, error.Reason ?? error.Description);
        return OAuthResults.ErrorAsync(http, error);
    }

    [LoggerMessage(1451, LogLevel.Information, "Client '{ClientId}' revoked {Artifact}.")]
    private static partial void Revoked(ILogger log, string clientId, Artifact artifact);

    [LoggerMessage(1452, LogLevel.Warning, "Client '{ClientId}' tried to revoke token {TokenId} of another client; nothing was revoked.")]
    private static partial void Foreign(ILogger log, string clientId, string tokenId);

    [LoggerMessage(1453, LogLevel.Information, "Revocation was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);
}
