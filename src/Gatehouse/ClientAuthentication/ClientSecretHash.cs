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
        var match = FindOurs(client?.Secrets ?? [Nobody], presented, now);
        return client is null ? null : match ?? FindImported(client, presented, now);
    }

    /// <summary>Among the secrets that we made or replaced.</summary>
    public static ClientSecret? FindOurs(IReadOnlyList<ClientSecret> secrets, string presented, DateTimeOffset now)
    {
        var sha256 = ClientSecret.HashOf(presented);
        ClientSecret? match = null;
        foreach (var secret in secrets)
            // All are compared, so that time does not tell which one it was.
            if (IsLive(secret, ClientSecret.Sha256, now) && CryptographicOperations.FixedTimeEquals(secret.Hash.Span, sha256))
                match ??= secret;
        return match;
    }

    /// <summary>Only when none of ours matched: 16 MiB and tens of milliseconds are no price for every request of a client that has both kinds.</summary>
    private static ClientSecret? FindImported(Client client, string presented, DateTimeOffset now)
    {
        foreach (var secret in client.Secrets)
            if (IsLive(secret, ClientSecret.PyramidScrypt, now)
                && CryptographicOperations.FixedTimeEquals(secret.Hash.Span, Scrypt.DeriveKey(Encoding.UTF8.GetBytes(presented), secret.Salt.Span, n: 1 << 14, r: 8, p: 1, secret.Hash.Length)))
                return secret;
        return null;
    }

    /// <summary>An empty hash is no secret (SR-096).</summary>
    private static bool IsLive(ClientSecret secret, string algorithm, DateTimeOffset now) =>
        secret.Algorithm == algorithm && secret.Hash.Length > 0 && (secret.ExpiresAt is null || secret.ExpiresAt > now);
}
