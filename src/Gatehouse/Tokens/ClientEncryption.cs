// RFC 7516 - JSON Web Encryption (JWE) (as OpenID Connect Core §10.2 uses it: signed first, then encrypted to the client)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using JsonWebKey = Microsoft.IdentityModel.Tokens.JsonWebKey;

namespace Gatehouse.Tokens;

/// <summary>Encrypts what only one client may read. What cannot be encrypted is not sent at all: the client asked for it because something on the way is not to be trusted.</summary>
internal sealed partial class ClientEncryption(ClientKeys keys, ILogger<ClientEncryption> log)
{
    private static readonly JsonWebTokenHandler Handler = new();

    /// <param name="client">Whose key.</param>
    /// <param name="content">A signed JWT, or plain JSON.</param>
    /// <param name="algorithm">How the key is encrypted.</param>
    /// <param name="encryption">How the content is encrypted; null for the default.</param>
    /// <param name="ct">Cancels fetching the keys.</param>
    public async ValueTask<Result<string>> EncryptAsync(Client client, string content, string algorithm, string? encryption, CancellationToken ct)
    {
        var known = await keys.FindAsync(client, kid: null, ct);
        // One that is meant for it before one that does not say.
        if (known.Where(key => Fits(key, algorithm)).OrderBy(key => key.Use is null).FirstOrDefault() is not { } key)
        {
            NoKey(log, client.Id, algorithm);
            // Keys at a URL may be there again in a minute; those in the metadata will not be, unless somebody changes them.
            return client.JwksUri is not null && known.Count == 0
                ? new OAuthError("temporarily_unavailable", "the keys of this client cannot be fetched now; try again", 503) { RetryAfter = TimeSpan.FromSeconds(30) }
                : OAuthError.UnauthorizedClient($"this client is registered for encryption with {algorithm} and has no key for it");
        }
        var credentials = new EncryptingCredentials(key, algorithm, encryption ?? ClientAlgorithms.ContentEncryption[0]);
        // RFC 7519 §5.2: cty says that there is a JWT inside; JSON needs no name.
        return content.StartsWith('{') ? Handler.EncryptToken(content, credentials) : Handler.EncryptToken(content, credentials, new Dictionary<string, object> { [JwtHeaderParameterNames.Cty] = "JWT" });
    }

    /// <summary>A key for signatures is never encrypted to (RFC 7517 §4.2), nor one that names another algorithm.</summary>
    private static bool Fits(JsonWebKey key, string algorithm) => key is { Kty: "RSA", Use: null or "enc" } && (key.Alg is null || key.Alg == algorithm);

    [LoggerMessage(1471, LogLevel.Warning, "Nothing can be encrypted to client '{ClientId}': none of its keys is an RSA key for {Algorithm}, or its jwks_uri cannot be reached. It gets an error until it can; nothing was spent. Correct its jwks or jwks_uri, or take *_encrypted_response_alg off its registration.")]
    private static partial void NoKey(ILogger log, string clientId, string algorithm);
}
