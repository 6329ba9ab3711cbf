// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.2 Token Endpoint)
using System.Diagnostics;
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

namespace Gatehouse.Grants;

/// <summary>The steps that every grant shares, so that no grant can forget one: parse, authenticate, choose, decide, issue, redeem, answer.</summary>
internal sealed partial class TokenEndpoint(
    IssuerSource issuers, ClientAuthenticator authenticator, GrantTypes grants, TokenIssuer issuer, IProtocolStore store, Revoker revoker, FamilyUseRecorder uses,
    ClientUse clientUse, AuditTrail audit, Metrics metrics, TimeProvider clock, ILogger<TokenEndpoint> log)
{
    public async Task HandleAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        using var measured = TokenMeasurement.Begin(metrics, ct);
        if (!(await BackChannelRequest.ReadAsync(http, issuers)).Succeeded(out var request, out var error)
            || !(await authenticator.AuthenticateAsync(request, ct)).Succeeded(out var client, out error))
        {
            await RefuseAsync(http, new(error), measured, null, null);
            return;
        }
        measured?.By(client);
        if (!grants.Find(request.Form, client).Succeeded(out var grant, out error))
        {
            await RefuseAsync(http, new(error), measured, client, null);
            return;
        }
        measured?.For(grant);

        // A page can be a public client only: one that has a secret must not keep it there.
        if (client.IsPublic) Cors.AllowPagesOf(client, http);
        var context = new TokenRequest(client, request.Form, request.Address, request.Issuer);
        // A lost race is decided once more: what the winner left behind is now there to be read. Nothing can be lost twice, because a spent artifact stays spent.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Decision decision;
            using (Tracing.Span("token decide")) decision = await grant.DecideAsync(context, ct);
            switch (decision)
            {
                case Decision.Issue issue:
                    if (!(await issuer.IssueAsync(issue, request.Issuer, ct)).Succeeded(out var tokens, out error))
                    {
                        await RefuseAsync(http, new(error), measured, client, grant);
                        return;
                    }
                    if (await TryAnswerAsync(http, issue, tokens))
                    {
                        if (issue.Spends is not null) uses.Note(issue.Grant.FamilyId);
                        measured?.Ended("issued");
                        TakeDown(issue, grant, request.Address);
                        Issued(log, client.Id, issue.Grant.Subject, issue.Requested, grant.Type, issue.Grant.FamilyId);
                        await clientUse.NoteAsync(client, ct);
                        return;
                    }
                    metrics.LostRedemptions.Add(1, new KeyValuePair<string, object?>(Attributes.Grant, grant.Type));
                    LostRace(log, client.Id, issue.Spends);
                    break;
                case Decision.Repeat repeat:
                    measured?.Ended("repeated");
                    await OAuthResults.JsonAsync(http, repeat.Answer);
                    return;
                case Decision.Refuse refusal:
                    await RefuseAsync(http, refusal, measured, client, grant);
                    return;
                default:
                    throw new UnreachableException();
            }
        }
        await RefuseAsync(http, new(OAuthError.InvalidGrant("the grant is invalid")), measured, client, grant);
    }

    /// <summary>Signed before it is paid for: if signing fails nothing was spent, and if the payment fails nothing was sent.</summary>
    private async ValueTask<bool> TryAnswerAsync(HttpContext http, Decision.Issue issue, IssuedTokens tokens)
    {
        if (issue.Spends is { } spent)
        {
            ReadOnlyMemory<byte>? receipt = issue.Receipt is { } seal && tokens.RefreshToken is { } successor ? Receipt.Seal(seal, successor.Id, tokens.Answer.Span) : null;
            using (Tracing.Span("store redeem"))
                if (!await store.TryRedeemAsync(spent, tokens.Artifacts, receipt, clock.GetUtcNow(), http.RequestAborted)) return false;
        }
        else if (tokens.Artifacts.Count > 0)
            using (Tracing.Span("store start")) await store.StartAsync(issuer.Start(issue.Grant), tokens.Artifacts, http.RequestAborted);
        await OAuthResults.JsonAsync(http, tokens.Answer);
        return true;
    }

    private async ValueTask RefuseAsync(HttpContext http, Decision.Refuse refusal, TokenMeasurement? measured, Client? client, Grant? grant)
    {
        measured?.Refused(refusal.Error);
        Refused(log, refusal.Error.Code, refusal.Error.Reason ?? refusal.Error.Description);
        if (client is not null)
            audit.Record(AuditType.TokensRefused, AuditOutcome.Refused, client.Id, null, http.Connection.RemoteIpAddress, ("error", refusal.Error.Code), ("grant_type", grant?.Type));
        if (refusal.EndsFamily is { } family)
        {
            metrics.Replays.Add(1, new KeyValuePair<string, object?>(Attributes.Grant, grant?.Type));
            audit.Record(AuditType.ReplayDetected, AuditOutcome.Success, client?.Id, null, http.Connection.RemoteIpAddress, ("family", family.ToString()));
            // The end of a stolen family must not depend on the thief's patience.
            await revoker.RevokeFamilyAsync(family, "replay", CancellationToken.None);
        }
        await OAuthResults.ErrorAsync(http, refusal.Error);
    }

    private void TakeDown(Decision.Issue issue, Grant grant, IPAddress? address)
    {
        var type = issue.Grant.Subject is null || grant.Type == "refresh_token" ? AuditType.TokensRenewed : AuditType.TokensIssued;
        if (audit.Wants(type))
            audit.Record(type, AuditOutcome.Success, issue.Grant.Client.Id, issue.Grant.Subject, address, ("grant_type", grant.Type), ("scope", issue.Requested.ToString()), ("family", issue.Grant.FamilyId.ToString()));
    }

    /// <summary>SR-227: who got what, for whom, by which right. The family is what an operator ends it by.</summary>
    [LoggerMessage(1433, LogLevel.Information, "Client '{ClientId}' got tokens for user '{Subject}' with scope '{Scope}' by {GrantType}, in family {FamilyId}.")]
    private static partial void Issued(ILogger log, string clientId, string? subject, Scopes scope, string grantType, Guid familyId);

    [LoggerMessage(1431, LogLevel.Information, "A token request was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);

    [LoggerMessage(1432, LogLevel.Information, "Client '{ClientId}' lost a race for {Artifact}; it is decided again.")]
    private static partial void LostRace(ILogger log, string clientId, Artifact? artifact);
}
