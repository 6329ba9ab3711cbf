// OpenID Connect Registration 1.0 - OpenID Connect Dynamic Client Registration 1.0 incorporating errata set 2 (§2: subjects and requests)
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for subject types and for what a client asks for by default.</summary>
internal static class OpenIdConnectRules
{
    private const int MaxItems = 20;

    public static void Check(Client client, List<OAuthError> errors)
    {
        CheckSubjects(client, errors);
        if (client.RequestUris.Count > MaxItems || client.RequestUris.Any(uri => !ClientLink.IsFetchable(uri)))
            errors.Add(Refuse($"request_uris must be at most {MaxItems} https URLs"));
        if (client.DefaultAcrValues.Count > MaxItems || client.DefaultAcrValues.Any(acr => acr.Length == 0 || acr.Any(c => c is <= ' ' or > '~')))
            errors.Add(Refuse($"default_acr_values must be at most {MaxItems} names without spaces"));
        if (client.DefaultMaxAge < 0)
            errors.Add(Refuse("default_max_age must not be negative"));
    }

    private static void CheckSubjects(Client client, List<OAuthError> errors)
    {
        if (client.SubjectType is not ("public" or "pairwise"))
            errors.Add(Refuse("subject_type must be public or pairwise"));
        if (client.SectorIdentifierUri is { } uri)
        {
            if (!ClientLink.IsFetchable(uri) || uri.Contains('#')) errors.Add(Refuse("sector_identifier_uri must be an https URL without fragment"));
        }
        // OpenID Connect Core §8.1: else it would hang on the redirect URI of the day who a user is.
        else if (client.SubjectType == "pairwise" && client.RedirectUris.Select(HostOf).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1)
            errors.Add(Refuse("subject_type pairwise with redirect_uris on several hosts needs sector_identifier_uri (OpenID Connect Core section 8.1)"));
    }

    private static string HostOf(string uri) => Uri.TryCreate(uri, UriKind.Absolute, out var parsed) ? parsed.Host : uri;

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
