// RFC 6749 - The OAuth 2.0 Authorization Framework (§1.3, §4: authorization grants)
using System.Net;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Grants;

/// <summary>A grant type. A new one is one file and one registration line: metadata and client validation read what is registered.</summary>
internal abstract class Grant
{
    /// <summary>The <c>grant_type</c> value.</summary>
    public abstract string Type { get; }

    /// <summary>Whether public clients may use it. Default true.</summary>
    public virtual bool ForPublicClients => true;

    /// <summary>Whether metadata tells the world of it. Default true; legacy grants stay silent (SR-241).</summary>
    public virtual bool Advertised => true;

    public abstract ValueTask<Decision> DecideAsync(TokenRequest request, CancellationToken ct);
}

/// <summary>What every grant may know of a token request: the authenticated client, its parameters, and where it came from.</summary>
internal sealed record TokenRequest(Client Client, Parameters Form, IPAddress? Address, string Issuer);

/// <summary>One grant type: the form becomes a request that cannot be invalid, the request becomes a decision.</summary>
internal abstract class Grant<TRequest> : Grant where TRequest : class, IParsed<TRequest>
{
    protected abstract ValueTask<Decision> DecideAsync(TRequest request, TokenRequest context, CancellationToken ct);

    public sealed override ValueTask<Decision> DecideAsync(TokenRequest request, CancellationToken ct) =>
        TRequest.Parse(request.Form).Succeeded(out var parsed, out var error) ? DecideAsync(parsed, request, ct) : new(error);
}
