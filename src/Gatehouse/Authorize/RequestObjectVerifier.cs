// RFC 9101 - The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR) (§6.2 JWS-Signed Request Object)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>
/// Believes a request object that its client signed, with the algorithm that it registered and a key that it registered (SR-136). Symmetric algorithms are unknown here, so a public key can never
/// be taken for a secret (SR-072).
/// </summary>
internal sealed class RequestObjectVerifier(ClientKeys keys, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    private readonly AuthorizeOptions options = options.Value.Authorize;

    public async ValueTask<Result<Parameters>> ReadAsync(string text, Client client, string issuer, CancellationToken ct)
    {
        if (!RequestObject.Parse(text).Succeeded(out var request, out var error)) return error;
        var isSigned = request.Algorithm != RequestObject.None;
        if ((isSigned ? await CheckSignatureAsync(request, client, ct) : CheckUnsigned(request, client)) is { } refusal) return refusal;
        return RequestObjectClaims.Read(request.Claims, client, issuer, isSigned, clock.GetUtcNow());
    }

    /// <summary>Where an operator allows it. A client that registered an algorithm is held to it all the same.</summary>
    private OAuthError? CheckUnsigned(RequestObject request, Client client)
    {
        if (!options.AllowUnsignedRequestObjects)
            return new("request_not_supported", "unsigned request objects are not supported here") { Reason = $"Client '{client.Id}' sent an unsigned request object. It should sign; else set Gatehouse:Authorize:AllowUnsignedRequestObjects." };
        if (client.RequestObjectSigningAlg is not (null or RequestObject.None)) return WrongAlgorithm(client.RequestObjectSigningAlg);
        return request.Signature.Length == 0 ? null : RequestObject.Invalid("the request object says that it is unsigned, and has a signature");
    }

    private async ValueTask<OAuthError?> CheckSignatureAsync(RequestObject request, Client client, CancellationToken ct)
    {
        var algorithm = request.Algorithm;
        if (client.RequestObjectSigningAlg is { } registered && algorithm != registered) return WrongAlgorithm(registered);
        if (!ClientAlgorithms.RequestObjectSigning.Contains(algorithm)) return RequestObject.Invalid($"a request object can be signed with {string.Join(", ", ClientAlgorithms.RequestObjectSigning)}");
        var found = (await keys.FindAsync(client, request.KeyId, ct)).Where(key => ClientSignature.Fits(key, algorithm)).ToList();
        if (found.Count == 0)
            return RequestObject.Invalid("the client has no key registered that fits the request object", $"Client '{client.Id}' has no key for {algorithm} with the kid of its request object. Register its jwks or jwks_uri: gatehouse clients update {client.Id}");
        return found.Exists(key => ClientSignature.Verifies(key, algorithm, request.SigningInput, request.Signature)) ? null : RequestObject.Invalid("the signature of the request object is wrong");
    }

    private static OAuthError WrongAlgorithm(string registered) => RequestObject.Invalid($"request objects of this client must be signed with {registered}, which it registered");
}
