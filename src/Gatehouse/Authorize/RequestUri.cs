// RFC 9101 - The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR) (§5.2 Passing a Request Object by Reference)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Fetch;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>Fetches a request object from where its client registered it, and from nowhere else (SR-138).</summary>
internal sealed class RequestUri(SafeFetch fetch)
{
    private static readonly FetchLimits Limits = new(RequestObject.MaxLength);

    /// <summary>The text that is there.</summary>
    public async ValueTask<Result<string>> FetchAsync(string requestUri, Client client, CancellationToken ct)
    {
        if (!client.RequestUris.Contains(requestUri, StringComparer.Ordinal) || !Uri.TryCreate(requestUri, UriKind.Absolute, out var uri))
            return Invalid("request_uri is not registered for this client", $"Client '{client.Id}' named a request_uri that is not among its request_uris. If it is its own, register it exactly as it is sent.");
        var fetched = await fetch.GetAsync(uri, Limits, ct);
        if (!fetched.Succeeded) return Invalid("request_uri could not be fetched", $"The request_uri of client '{client.Id}' could not be fetched: {fetched.Reason}.");
        // OpenID Connect Core §6.2: the fragment, where there is one, is the hash of what is there. A client that registered it has said which content it stands for.
        if (uri.Fragment.Length > 1 && Base64Url.EncodeToString(SHA256.HashData(fetched.Body.Span)) != uri.Fragment[1..])
            return Invalid("what is at request_uri does not have the hash of its fragment");
        return Encoding.ASCII.GetString(fetched.Body.Span).Trim();
    }

    private static OAuthError Invalid(string description, string? reason = null) => new("invalid_request_uri", description) { Reason = reason };
}
