// RFC 6749 - The OAuth 2.0 Authorization Framework (§10.1: client authentication secrets)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;

namespace Gatehouse.ClientAuthentication;

/// <summary>
/// How secrets are kept. Ours are 256 random bits, so one SHA-256 is enough: there is nothing to guess, and a slow hash would be paid on
/// every request. Imported ones keep their scrypt hash until they are first used.
/// </summary>
internal static class ClientSecretHash
{
    private static readonly ClientSecret Nobody = new("", ClientSecret.Sha256, SHA256.HashData("nobody's secret"u8), default, null);

    public static bool Verify(Client? client, string? presented, DateTimeOffset now) => FindMatch(client, presented, now) is not null;

    /// <summary>The live secret that was presented, or null. An unknown client costs the same as a known one with one secret.</summary>
    public static ClientSecret? FindMatch(Client? client, string? presented, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(presented)) return null;
        var sha256 = ClientSecret.HashOf(presented);
        ClientSecret? match = null;
        foreach (var secret in client?.Secrets ?? [Nobody])
            // All are compared, so that time does not tell which one it was. An empty hash is no secret (SR-096).
            if (secret.Hash.Length > 0 && Matches(secret, presented, sha256) && (secret.ExpiresAt is null || secret.ExpiresAt > now))
                match ??= secret;
        return client is null ? null : match;
    }

    private static bool Matches(ClientSecret secret, string presented, byte[] sha256) => secret.Algorithm switch
    {
        ClientSecret.Sha256 => CryptographicOperations.FixedTimeEquals(secret.Hash.Span, sha256),
        ClientSecret.PyramidScrypt => CryptographicOperations.FixedTimeEquals(secret.Hash.Span, Scrypt.DeriveKey(Encoding.UTF8.GetBytes(presented), secret.Salt.Span, n: 1 << 14, r: 8, p: 1, secret.Hash.Length)),
        _ => false,
    };
}
