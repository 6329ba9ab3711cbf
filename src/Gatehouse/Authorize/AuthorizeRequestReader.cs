// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.1; with RFC 9101 §5: by value or by reference)
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>An authorization request whose target is proven. What else is wrong with it may be told there.</summary>
/// <param name="Target">Where the answer goes.</param>
/// <param name="Parsed">The request, or the error.</param>
/// <param name="Settled">Its parameters, to come back with.</param>
internal sealed record ReadRequest(RedirectTarget Target, Result<AuthorizeRequest> Parsed, SettledRequest Settled);

/// <summary>Reads authorization requests, wherever their parameters are: in the browser's request, in a request object, or sealed by us.</summary>
internal sealed class AuthorizeRequestReader(
    ClientCache clients, RequestObjectVerifier objects, RequestUri uris, IdTokenHints hints, ResourceCatalog resources, ScopeClaims claims, PairwiseSubject subjects, Seal seal, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private readonly AuthorizeOptions options = options.Value.Authorize;

    /// <summary>An error here may be shown to the user only (SR-007).</summary>
    public async ValueTask<Result<ReadRequest>> ReadAsync(Parameters request, string issuer, CancellationToken ct)
    {
        if (!request.Required("client_id").Succeeded(out var clientId, out var error)) return error;
        if (await clients.FindAsync(clientId, ct) is not { } client)
            return OAuthError.InvalidRequest("client_id is unknown", $"There is no enabled client '{new Untrusted(clientId)}'. See: gatehouse clients list");
        if ((await SettleAsync(request, client, issuer, ct)).Succeeded(out var settled, out error)) return await ParseAsync(settled, client, issuer, ct);
        // The object is not to be believed, so neither is a target in it. One that stands outside, or that is the only one there is, is as good as in any other request.
        return TargetOf(request, client).Succeeded(out var target, out var unproven) ? new ReadRequest(target, error, new(request, IsObject: false, Mark: null)) : unproven;
    }

    /// <summary>The same request anew: what was allowed a moment ago may be refused now.</summary>
    public async ValueTask<Result<ReadRequest>> ReadAgainAsync(SettledRequest settled, string issuer, CancellationToken ct) =>
        await clients.FindAsync(settled.Parameters.Optional("client_id")!, ct) is { } client ? await ParseAsync(settled, client, issuer, ct) : OAuthError.InvalidRequest("client_id is unknown");

    private async ValueTask<Result<ReadRequest>> ParseAsync(SettledRequest settled, Client client, string issuer, CancellationToken ct)
    {
        if (!TargetOf(settled.Parameters, client).Succeeded(out var target, out var error)) return error;
        string? hinted = null;
        if (settled.Parameters.Optional("id_token_hint") is { } text)
        {
            // Only its own: two clients that know a user by two names could otherwise ask us whether they are one.
            if (await hints.ReadAsync(text, issuer, ct) is not { } hint || hint.Client.Id != client.Id)
                return new ReadRequest(target, settled.Parameters.Repeated ?? OAuthError.InvalidRequest("id_token_hint is not an ID token that this client got here"), settled);
            hinted = hint.Subject;
        }
        return new ReadRequest(target, AuthorizeRequest.Parse(settled.Parameters, target, new(resources, claims, subjects, options, issuer), hinted), settled);
    }

    private async ValueTask<Result<SettledRequest>> SettleAsync(Parameters request, Client client, string issuer, CancellationToken ct)
    {
        if (request.Optional(SealedRequest.Parameter) is { } text) return Open(text, client, request);
        var (value, reference) = (request.Optional("request"), request.Optional("request_uri"));
        if (value is null && reference is null) return new SettledRequest(request, IsObject: false, MarkOf(request));
        if (request.Repeated is { } repeated) return repeated;
        if (value is not null && reference is not null) return OAuthError.InvalidRequest("request and request_uri exclude each other");
        if (reference is not null)
        {
            if (!options.AllowRequestUri) return new OAuthError("request_uri_not_supported", "the request_uri parameter is not supported");
            if (!(await uris.FetchAsync(reference, client, ct)).Succeeded(out value, out var problem)) return problem;
        }
        return (await objects.ReadAsync(value!, client, issuer, ct)).Succeeded(out var parameters, out var error) ? new SettledRequest(parameters, IsObject: true, MarkOf(request)) : error;
    }

    private Result<SettledRequest> Open(string text, Client client, Parameters request)
    {
        if (seal.TryOpen(text, AuthorizeJson.Default.SealedRequest) is not { } read || !read.IsFresh(clock.GetUtcNow()) || !read.Parameters().Succeeded(out var parameters, out _)
            || parameters.Optional("client_id") != client.Id)
            return OAuthError.InvalidRequest("this request is not valid any more; go back to the app and start again");
        return new SettledRequest(parameters, IsObject: true, MarkOf(request));
    }

    private static string? MarkOf(Parameters request) => request.Optional(LoginMark.Parameter);

    private static Result<RedirectTarget> TargetOf(Parameters request, Client client) =>
        RedirectTarget.Parse(request, client).Succeeded(out var target, out var error) ? target : error with
        {
            Reason = error.Reason ?? $"{error.Description} (client '{client.Id}', redirect_uri '{new Untrusted(request.Optional("redirect_uri"))}'). If it is the client's own, register it: gatehouse clients update {client.Id} --redirect-uri ...",
        };
}
