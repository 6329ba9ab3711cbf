// OpenID Connect Registration 1.0 - OpenID Connect Dynamic Client Registration 1.0 incorporating errata set 2 (§5: sector_identifier_uri validation)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Fetch;
using Gatehouse.Protocol;

namespace Gatehouse.Registration;

/// <summary>Whoever claims a sector must be named by it: else a client could take the pairwise subjects of somebody else's users.</summary>
internal sealed class SectorIdentifier(SafeFetch fetch)
{
    /// <summary>What is wrong, or null. Fetches the sector's document, if the client names one.</summary>
    public async ValueTask<OAuthError?> CheckAsync(Client client, CancellationToken ct)
    {
        if (client.SectorIdentifierUri is not { } text || ClientLink.Parse(text) is not { } uri) return null;
        var result = await fetch.GetAsync(uri, FetchLimits.Json, ct);
        if (!result.Succeeded) return Refuse("could not be fetched as a JSON document", $"The sector_identifier_uri could not be fetched: {result.Reason}.");
        if (Read(result.Body) is not { } listed) return Refuse("must be a JSON array of redirect URIs");
        return client.RedirectUris.All(listed.Contains) ? null : Refuse("does not list all of redirect_uris");
    }

    private static HashSet<string>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 4 });
            return document.RootElement.ValueKind is JsonValueKind.Array && document.RootElement.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
                ? document.RootElement.EnumerateArray().Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static OAuthError Refuse(string problem, string? reason = null) => new("invalid_client_metadata", $"the document at sector_identifier_uri {problem}") { Reason = reason };
}
