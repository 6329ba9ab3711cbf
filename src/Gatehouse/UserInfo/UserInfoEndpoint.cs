// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.3: userinfo endpoint)
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.UserInfo;

/// <summary>Tells whoever holds a user's access token what the user let this client know.</summary>
internal sealed partial class UserInfoEndpoint(
    IssuerSource issuers, AccessTokenReader tokens, UserStatus users, UserInfoResponse answers, Metrics metrics, ILogger<UserInfoEndpoint> log)
{
    private const string Methods = "GET, POST";

    public const string AllMethods = Methods + ", OPTIONS";

    private static readonly Scopes Required = Scopes.Of([StandardScopes.OpenId]);

    public async Task HandleAsync(HttpContext http)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            Cors.AnswerPreflight(http, Methods);
            return;
        }
        var (ct, issuer) = (http.RequestAborted, issuers.For(http.Request));
        var (text, error) = await CredentialsAsync(http.Request, ct);
        if (text is null || !(await DecideAsync(text, issuer, ct)).Succeeded(out var token, out error)
            || !(await answers.WriteAsync(token, issuer, ct)).Succeeded(out var answer, out error))
        {
            Metrics.Ended(metrics.UserInfos, error is null ? "refused" : Metrics.OutcomeOf(error), error: error?.Code ?? "no_token");
            Refused(log, error?.Code ?? "no token", error?.Reason ?? error?.Description ?? "the request has none");
            Cors.AllowAll(http);
            BearerChallenge.Write(http.Response, error, Required);
            return;
        }
        metrics.Ended(metrics.UserInfos, token.Client, "answered");
        Cors.AllowPagesOf(token.Client, http);
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, ct);
    }

    /// <summary>
    /// The header, or the form of a POST (RFC 6750 §2.1, §2.2), and only one of them. A token in the query is ignored, as if it were not there: it is in logs and histories by now (SR-076).
    /// </summary>
    private static async ValueTask<(string? Token, OAuthError? Error)> CredentialsAsync(HttpRequest request, CancellationToken ct)
    {
        string? inForm = null;
        if (HttpMethods.IsPost(request.Method) && request.HasFormContentType)
        {
            if (!(await FormReader.ReadAsync(request, ct)).Succeeded(out var form, out var malformed)) return (null, malformed);
            inForm = form.Optional("access_token");
        }
        if (!BearerCredentials.ArePresent(request.Headers.Authorization)) return (inForm, null);
        if (inForm is not null) return (null, OAuthError.InvalidRequest("the token is in the header and in the body; send it once"));
        return BearerCredentials.Parse(request.Headers.Authorization).Succeeded(out var token, out var error) ? (token, null) : (null, error);
    }

    private async ValueTask<Result<AccessToken>> DecideAsync(string text, string issuer, CancellationToken ct)
    {
        if (!(await ReadAsync(text, issuer, ct)).Succeeded(out var token, out var error)) return error;
        if (token.Subject is null)
            return AccessTokenReader.Invalid($"Token {token.Id} is of client '{token.Client.Id}' itself; there is no user to tell of.");
        if (!await users.IsActiveAsync(token.Subject, ct))
            return AccessTokenReader.Invalid($"The user of token {token.Id} is not active any more.");
        // Whatever resource it is for: a token keeps this scope only if it is for userinfo too.
        return token.Scopes.Contains(Required) ? token
            : new OAuthError("insufficient_scope", "userinfo needs scope openid", StatusCodes.Status403Forbidden) { Reason = $"Token {token.Id} of client '{token.Client.Id}' has scope '{token.Scopes}', not openid." };
    }

    private async ValueTask<Result<AccessToken>> ReadAsync(string text, string issuer, CancellationToken ct)
    {
        if (text.StartsWith(ReferenceAccessToken.Prefix, StringComparison.Ordinal)) return await tokens.ReadReferenceAsync(text, ct);
        return await tokens.FindAsync(text, issuer, ct) is { } token ? token : AccessTokenReader.Invalid("It is no access token of ours, or its grant was revoked, or it expired.");
    }

    [LoggerMessage(1481, LogLevel.Information, "Userinfo was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);
}
