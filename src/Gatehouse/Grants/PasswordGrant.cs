// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.3 Resource Owner Password Credentials Grant)
using Gatehouse.Audit;
using Gatehouse.Protocol;
using Gatehouse.Throttling;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Grants;

/// <summary>
/// The seed's grant, kept for the clients that live on it; OAuth 2.1 has dropped it. It exists only when the app registered an
/// <see cref="IUserAuthenticator"/>, and only for clients that list it (SR-077).
/// </summary>
internal sealed partial class PasswordGrant(
    PasswordCheck passwords, ResourceCatalog resources, TokenIssuer issuer, AuditTrail audit, TimeProvider clock, ILogger<PasswordGrant> log)
    : Grant<PasswordGrant.Request>
{
    public override string Type => "password";

    public override bool Advertised => false;

    internal sealed class Request : IParsed<Request>
    {
        private Request(string userName, string password, RequestedAccess access) => (UserName, Password, Access) = (userName, password, access);

        public string UserName { get; }

        public string Password { get; }

        public RequestedAccess Access { get; }

        public static Result<Request> Parse(Parameters form)
        {
            if (!form.Required("username").Succeeded(out var userName, out var error)) return error;
            if (!form.Required("password").Succeeded(out var password, out error)) return error;
            return RequestedAccess.Parse(form).Succeeded(out var access, out error) ? new Request(userName, password, access) : error;
        }
    }

    protected override async ValueTask<Decision> DecideAsync(Request request, TokenRequest context, CancellationToken ct)
    {
        // Cheap refusals first: a request that can get nothing costs no password hash.
        if (!request.Access.ScopesFor(context.Client).Succeeded(out var scopes, out var error)) return error;
        if (!request.Access.ResourceIn(resources, context.Issuer).Succeeded(out var resource, out error)) return error;
        if (!(await AuthenticateAsync(request, context, ct)).Succeeded(out var user, out error)) return error;

        var grant = new AuthorizedGrant(Guid.CreateVersion7(clock.GetUtcNow()), context.Client, user.Subject, scopes, [], issuer.UntilFromNow())
        {
            Claims = TokenClaim.From(user.Claims),
        };
        return new Decision.Issue(grant, scopes, resource is [var only] ? only : null);
    }

    private async ValueTask<Result<UserAuthentication>> AuthenticateAsync(Request request, TokenRequest context, CancellationToken ct)
    {
        if (!(await passwords.AuthenticateAsync(request.UserName, request.Password, context.Address, ct)).Succeeded(out var user, out var wait))
        {
            Throttled(log, context.Client.Id);
            audit.Record(AuditType.UserRefused, AuditOutcome.Refused, context.Client.Id, null, context.Address, ("reason", "throttled"));
            return wait;
        }
        if (user.Subject is not null) return user;
        Refused(log, context.Client.Id, user.Refusal);
        audit.Record(AuditType.UserRefused, AuditOutcome.Refused, context.Client.Id, null, context.Address, ("reason", user.Refusal.ToString()));
        return OAuthError.InvalidGrant("the user name or the password is wrong");
    }

    // The user name is personal, and users type passwords into the wrong field: neither is logged.
    [LoggerMessage(1411, LogLevel.Information, "A password sign-in through client '{ClientId}' was refused: {Refusal}.")]
    private static partial void Refused(ILogger log, string clientId, UserRefusal refusal);

    [LoggerMessage(1412, LogLevel.Information, "A password sign-in through client '{ClientId}' has to wait after too many failed attempts. See Gatehouse:Throttling.")]
    private static partial void Throttled(ILogger log, string clientId);
}
