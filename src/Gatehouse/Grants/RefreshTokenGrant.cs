// RFC 6749 - The OAuth 2.0 Authorization Framework (§6 Refreshing an Access Token; RFC 9700 §4.14.2)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Grants;

/// <summary>
/// Rotation with reuse detection, safe to retry: a client that lost the answer gets the same answer again; anybody else who shows a spent
/// token ends the family.
/// </summary>
internal sealed partial class RefreshTokenGrant(
    IArtifactReader artifacts, ResourceCatalog resources, UserStatus users, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<RefreshTokenGrant> log)
    : Grant<RefreshTokenGrant.Request>
{
    private readonly GatehouseOptions options = options.Value;

    public override string Type => "refresh_token";

    internal sealed class Request : IParsed<Request>
    {
        private Request(Handle? token, RequestedAccess access, string? userId) => (Token, Access, UserId) = (token, access, userId);

        /// <summary>Null if it is nothing that we can have issued.</summary>
        public Handle? Token { get; }

        public RequestedAccess Access { get; }

        /// <summary>The seed's clients name their user; when they do, it must be the token's.</summary>
        public string? UserId { get; }

        public static Result<Request> Parse(Parameters form)
        {
            if (!form.Required("refresh_token").Succeeded(out var text, out var error)) return error;
            return RequestedAccess.Parse(form).Succeeded(out var access, out error)
                ? new Request(Handle.TryParse(RefreshToken.Prefix, text), access, form.Optional("user_id"))
                : error;
        }
    }

    protected override async ValueTask<Decision> DecideAsync(Request request, TokenRequest context, CancellationToken ct)
    {
        if (options.PyramidCompatibility && request.UserId is null)
            return OAuthError.InvalidRequest("parameter 'user_id' is missing");

        var artifact = request.Token is { } token ? await artifacts.FindAsync(token.Id, ct) : null;
        if (artifact is not { Kind: RefreshToken.Kind } || !request.Token!.Matches(artifact.SecretHash.Span))
            return Refuse("it is unknown, or its family was revoked", context.Client);
        if (artifact.ClientId != context.Client.Id)
            return Refuse("it belongs to another client", context.Client);
        if (request.UserId is { } userId && userId != artifact.Subject)
            return Refuse("user_id is not the token's user", context.Client);
        // A spent one is judged by its use, not by its age: it was shown twice either way.
        if (artifact.SpentAt is null && artifact.ExpiresAt <= clock.GetUtcNow())
            return Refuse("it has expired", context.Client);
        if (!await users.IsActiveAsync(artifact.Subject, ct))
            return Refuse("its user is not active any more", context.Client);

        var seal = new ReceiptSeal(request.Token, BindingOf(request, context.Client));
        return artifact.SpentAt is null
            ? Rotate(request, context, artifact, seal)
            : await RepeatOrEndAsync(artifact, seal, context.Client, ct);
    }

    private Decision Rotate(Request request, TokenRequest context, Artifact artifact, ReceiptSeal seal)
    {
        var stored = RefreshToken.Read(artifact);
        var granted = Scopes.Read(stored.Scope);
        // A scope that the client has lost since is not granted again, whatever the token says (SR-079).
        var available = granted.Intersect(context.Client.ParsedScope);
        var requested = request.Access.Scopes ?? available;
        if (!granted.Contains(requested))
            return OAuthError.InvalidScope("scope exceeds what was granted");
        if (!resources.Choose(stored.Resources ?? [], request.Access.Resources, context.Issuer).Succeeded(out var resource, out var error)) return error;

        var grant = new AuthorizedGrant(artifact.FamilyId, context.Client, artifact.Subject, granted, stored.Resources ?? [], DateTimeOffset.FromUnixTimeMilliseconds(stored.Until))
        {
            Claims = stored.Claims ?? [],
            SignIn = stored.SignIn,
            ClaimsRequest = stored.ClaimsRequest,
            ClaimsLocales = stored.ClaimsLocales,
        };
        return new Decision.Issue(grant, requested.Intersect(available), resource.Identifier)
        {
            Spends = artifact,
            Receipt = options.RefreshTokenRetryWindow > TimeSpan.Zero ? seal : null,
            ScopeDiffers = !available.Contains(request.Access.Scopes ?? granted),
        };
    }

    /// <summary>
    /// Shown twice. If it is the immediate predecessor, by the same client with the same parameters, soon, and its successor is still unspent, then the answer was
    /// lost and is given again. Otherwise two parties hold it and one may be a thief. We cannot tell which; end it for both.
    /// </summary>
    private async ValueTask<Decision> RepeatOrEndAsync(Artifact artifact, ReceiptSeal seal, Client client, CancellationToken ct)
    {
        if (artifact.Receipt is { } receipt
            && clock.GetUtcNow() - artifact.SpentAt!.Value <= options.RefreshTokenRetryWindow
            && Receipt.TryOpen(seal, receipt.Span, out var successor, out var answer)
            && await artifacts.FindAsync(successor, ct) is { SpentAt: null })
        {
            Repeated(log, client.Id, artifact.Id);
            return new Decision.Repeat(answer);
        }
        Replayed(log, client.Id, artifact.Id, artifact.FamilyId);
        return new Decision.Refuse(OAuthError.InvalidGrant("the refresh token is invalid"), EndsFamily: artifact.FamilyId);
    }

    /// <summary>One answer for everything: what exists, and whose it is, is not for whoever asks (W-19).</summary>
    private Decision Refuse(string reason, Client client)
    {
        Refused(log, client.Id, reason);
        return OAuthError.InvalidGrant("the refresh token is invalid");
    }

    private static string BindingOf(Request request, Client client) =>
        Receipt.Binding([client.Id, request.Access.Scopes?.ToString(), request.UserId, .. request.Access.Resources]);

    [LoggerMessage(1421, LogLevel.Information, "A refresh by client '{ClientId}' was refused: {Reason}.")]
    private static partial void Refused(ILogger log, string clientId, string reason);

    [LoggerMessage(1422, LogLevel.Information, "Client '{ClientId}' asked again with refresh token {TokenId}, whose answer it lost, and got the same answer.")]
    private static partial void Repeated(ILogger log, string clientId, string tokenId);

    [LoggerMessage(1423, LogLevel.Warning, "Refresh token {TokenId} of client '{ClientId}' was used twice: a thief and the owner may both hold it, so family {FamilyId} was ended and the user must sign in again. If honest clients retry later than Gatehouse:RefreshTokenRetryWindow, lengthen it.")]
    private static partial void Replayed(ILogger log, string clientId, string tokenId, Guid familyId);
}
