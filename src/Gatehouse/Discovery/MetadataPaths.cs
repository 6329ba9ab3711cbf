// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§3: obtaining metadata)
namespace Gatehouse.Discovery;

/// <summary>
/// Every place where a client may look. The standard inserts the well-known part before the issuer's path; OpenID Connect Discovery appends it; some clients
/// append the OAuth one too, which no standard says.
/// </summary>
internal static class MetadataPaths
{
    public static IEnumerable<string> Of(string issuerPath)
    {
        string[] documents = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
        foreach (var document in documents)
        {
            yield return document;
            if (issuerPath.Length == 0) continue;
            yield return document + issuerPath;
            yield return issuerPath + document;
        }
    }
}
