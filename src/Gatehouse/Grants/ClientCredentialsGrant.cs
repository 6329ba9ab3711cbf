// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.4 Client Credentials Grant)
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Grants;

/// <summary>A client acts for itself. No subject, hence no refresh token (§4.4.3) and no way to be taken for a user (SR-078).</summary>
internal sealed class ClientCredentialsGrant(ResourceCatalog resources, TimeProvider clock) : Grant<ClientCredentialsGrant.Request>
{
    public override string Type => "client_credentials";

    public override bool ForPublicClients => false;

    internal sealed class Request : IParsed<Request>
    {
        private Request(RequestedAccess access) => Access = access;

        public RequestedAccess Access { get; }

        public static Result<Request> Parse(Parameters form) =>
            RequestedAccess.Parse(form).Succeeded(out var access, out var error) ? new Request(access) : error;
    }

    protected override ValueTask<Decision> DecideAsync(Request request, TokenRequest context, CancellationToken ct)
    {
        if (!request.Access.ScopesFor(context.Client).Succeeded(out var scopes, out var error)) return new(error);
        if (!request.Access.ResourceIn(resources, context.Issuer).Succeeded(out var resource, out error)) return new(error);
        var now = clock.GetUtcNow();
        var grant = new AuthorizedGrant(Guid.CreateVersion7(now), context.Client, Subject: null, scopes, [], Until: now);
        return new(new Decision.Issue(grant, scopes, resource is [var only] ? only : null));
    }
}
