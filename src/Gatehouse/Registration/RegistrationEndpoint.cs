// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3: client registration endpoint)
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>Where clients register themselves: with an initial access token, or, where the operator opened it, without one.</summary>
internal sealed partial class RegistrationEndpoint(
    IssuerSource issuers, InitialAccessToken tokens, RegistrationQuota quota, Registrar registrar, AuditTrail audit, IOptions<GatehouseOptions> options, ILogger<RegistrationEndpoint> log)
{
    private const string Methods = "POST";

    public const string AllMethods = Methods + ", OPTIONS";

    private readonly GatehouseOptions options = options.Value;

    public async Task HandleAsync(HttpContext http)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            Cors.AnswerPreflight(http, Methods);
            return;
        }
        var ct = http.RequestAborted;
        Cors.AllowAll(http);
        if (!(await AuthorizeAsync(http, ct)).Succeeded(out var access, out var error)
            || !(await ReadAsync(http.Request, ct)).Succeeded(out var request, out error)
            || !(await registrar.DecideAsync(ClientRegistration.NewId(), request, ct)).Succeeded(out var decided, out error))
        {
            await RefuseAsync(http, log, error);
            return;
        }
        // Last, so that a mistake in the metadata costs nobody a use.
        if (access.Token is { } token && !await tokens.TryUseAsync(token, ct))
        {
            await RefuseAsync(http, log, InvalidToken("the initial access token is used up"));
            return;
        }
        var registered = await registrar.CreateAsync(decided, RegistrationToken.New(access.By, out var key), ct);
        Registered(log, registered.Client.Id, access.By);
        audit.Record(AuditType.ClientCreated, AuditOutcome.Success, registered.Client.Id, null, http.Connection.RemoteIpAddress, ("by", "registration"));
        await OAuthResults.JsonAsync(http, RegistrationResponse.Write(registered.Client, registered.Secret, key, UriOf(issuers.For(http.Request), registered.Client.Id)), StatusCodes.Status201Created);
    }

    internal string UriOf(string issuer, string clientId) => $"{issuer}{options.Paths.Registration}/{clientId}";

    /// <summary>By what right somebody registers.</summary>
    private sealed record Access(InitialAccess? Token, string By);

    private async ValueTask<Result<Access>> AuthorizeAsync(HttpContext http, CancellationToken ct)
    {
        var address = http.Connection.RemoteIpAddress;
        if (BearerCredentials.ArePresent(http.Request.Headers.Authorization))
        {
            if (!BearerCredentials.Parse(http.Request.Headers.Authorization).Succeeded(out var text, out var malformed)) return malformed;
            if (await tokens.FindAsync(text, ct) is { } token) return new Access(token, token.ToString());
            if (await quota.CountAsync(address, ct) is { } late) return late;
            return InvalidToken("the initial access token is unknown, used up or expired");
        }
        if (await quota.CountAsync(address, ct) is { } error) return error;
        return options.Registration.Dangerous.OpenToAnybody ? new Access(null, $"anybody, at {address}") : InvalidToken("an initial access token is needed (RFC 7591 section 3)");
    }

    /// <summary>The body, within bounds (SR-158).</summary>
    internal static async ValueTask<Result<RegistrationRequest>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasJsonContentType()) return OAuthError.InvalidRequest("the body must be application/json");
        if (request.ContentLength > RegistrationRequest.MaxBytes) return TooLarge();
        var buffer = new byte[RegistrationRequest.MaxBytes + 1];
        var length = await request.BodyReader.AsStream(leaveOpen: true).ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length > RegistrationRequest.MaxBytes ? TooLarge() : RegistrationRequest.Parse(buffer.AsMemory(0, length));
    }

    internal static Task RefuseAsync(HttpContext http, ILogger log, OAuthError error)
    {
        Refused(log, error.Code, error.Reason ?? error.Description);
        return OAuthResults.ErrorAsync(http, error);
    }

    internal static OAuthError InvalidToken(string description) => new("invalid_token", description, StatusCodes.Status401Unauthorized);

    private static OAuthError TooLarge() => new("invalid_request", $"the body is larger than {RegistrationRequest.MaxBytes} bytes", StatusCodes.Status413PayloadTooLarge);

    [LoggerMessage(1851, LogLevel.Information, "Client '{ClientId}' registered itself, by {By}. It is removed if it never gets a token.")]
    private static partial void Registered(ILogger log, string clientId, string by);

    [LoggerMessage(1852, LogLevel.Information, "A registration was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string error, string reason);
}
