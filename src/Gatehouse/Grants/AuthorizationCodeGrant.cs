// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.3 Access Token Request; with RFC 7636 §4.5)
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Grants;

/// <summary>
/// Redeems a code, once. It proves who may have it before it looks at whether it was spent: only a replay by whoever holds everything that belongs to the code means
/// that it was stolen; anybody who saw a code in a history could otherwise end an honest user's tokens with it (SR-046).
/// </summary>
internal sealed partial class AuthorizationCodeGrant(IArtifactReader artifacts, ResourceCatalog resources, UserStatus users, TimeProvider clock, ILogger<AuthorizationCodeGrant> log)
    : Grant<AuthorizationCodeGrant.Request>
{
    public override string Type => "authorization_code";

    internal sealed class Request : IParsed<Request>
    {
        private Request(Handle? code, string? redirectUri, string? verifier, IReadOnlyList<string> resources) =>
            (Code, RedirectUri, Verifier, Resources) = (code, redirectUri, verifier, resources);

        /// <summary>Null if it is nothing that we can have issued.</summary>
        public Handle? Code { get; }

        public string? RedirectUri { get; }

        public string? Verifier { get; }

        public IReadOnlyList<string> Resources { get; }

        public static Result<Request> Parse(Parameters form)
        {
            if (!form.Required("code").Succeeded(out var code, out var error)) return error;
            // The scope was settled when the user agreed to it; a token request has no say in it (§4.1.3).
            return RequestedAccess.Parse(form).Succeeded(out var access, out error)
                ? new Request(Handle.TryParse(AuthorizationCode.Prefix, code), form.Optional("redirect_uri"), form.Optional("code_verifier"), access.Resources)
                : error;
        }
    }

    protected override async ValueTask<Decision> DecideAsync(Request request, TokenRequest context, CancellationToken ct)
    {
        var client = context.Client;
        var artifact = request.Code is { } code ? await artifacts.FindAsync(code.Id, ct) : null;
        if (artifact is not { Kind: AuthorizationCode.Kind } || !request.Code!.Matches(artifact.SecretHash.Span))
            return Refuse("it is unknown, or its family was revoked", client);
        if (artifact.ClientId != client.Id)
            return Refuse("it belongs to another client", client);
        var stored = AuthorizationCode.Read(artifact);
        if (request.RedirectUri is { } uri ? uri != stored.RedirectUri : stored.RedirectUriNamed)
            return Refuse(request.RedirectUri is null ? "redirect_uri is missing, and the authorization request had one" : "redirect_uri is not that of the authorization request", client);
        if (CheckVerifier(request, stored, client) is { } refusal)
            return refusal;
        if (artifact.SpentAt is not null)
        {
            Replayed(log, client.Id, artifact.Id, artifact.FamilyId);
            return new Decision.Refuse(OAuthError.InvalidGrant("the code is invalid"), EndsFamily: artifact.FamilyId);
        }
        if (artifact.ExpiresAt <= clock.GetUtcNow())
            return Refuse($"it expired at {artifact.ExpiresAt:O}, and here it is {clock.GetUtcNow():O}; if that was sooner than Gatehouse:AuthorizationCodeLifetime allows, the clocks of your machines differ", client);
        if (!await users.IsActiveAsync(artifact.Subject, ct))
            return Refuse("its user is not active any more", client);
        if (!resources.Choose(stored.Resources ?? [], request.Resources, context.Issuer).Succeeded(out var resource, out var error))
            return error;

        var granted = Scopes.Read(stored.Scope);
        // A scope that the client has lost since it was granted is not issued (SR-079).
        var available = granted.Intersect(client.ParsedScope);
        var grant = new AuthorizedGrant(artifact.FamilyId, client, artifact.Subject, granted, stored.Resources ?? [], DateTimeOffset.FromUnixTimeMilliseconds(stored.Until))
        {
            SignIn = stored.SignIn,
            Nonce = stored.Nonce,
            Claims = stored.Claims ?? [],
            ClaimsRequest = stored.ClaimsRequest,
            ClaimsLocales = stored.ClaimsLocales,
        };
        // Always named: what the client asked for went through a browser, and it may have asked for nothing in particular (§5.1).
        return new Decision.Issue(grant, available, resource.Identifier) { Spends = artifact, ScopeDiffers = true };
    }

    /// <summary>A code with a challenge needs its verifier; one without must not come with any, or PKCE could be taken off on the way (SR-044).</summary>
    private Decision? CheckVerifier(Request request, AuthorizationCode stored, Client client)
    {
        if (stored.Challenge is null)
            return request.Verifier is null ? null : new Decision.Refuse(OAuthError.InvalidRequest("code_verifier was sent, but the authorization request had no code_challenge"));
        if (request.Verifier is null) return Refuse("code_verifier is missing", client);
        return PkceChallenge.Read(stored.Challenge)!.Matches(request.Verifier) ? null : Refuse("code_verifier does not match", client);
    }

    /// <summary>One answer for everything: what exists, and what would have been right, is not for whoever asks.</summary>
    private Decision Refuse(string reason, Client client)
    {
        Refused(log, client.Id, reason);
        return OAuthError.InvalidGrant("the code is invalid");
    }

    [LoggerMessage(1461, LogLevel.Information, "A code shown by client '{ClientId}' was refused: {Reason}.")]
    private static partial void Refused(ILogger log, string clientId, string reason);

    [LoggerMessage(1462, LogLevel.Warning, "Code {CodeId} of client '{ClientId}' was used twice, with its verifier: it was stolen, or the client sends its token request twice. Family {FamilyId} was ended and the user must sign in again.")]
    private static partial void Replayed(ILogger log, string clientId, string codeId, Guid familyId);
}
