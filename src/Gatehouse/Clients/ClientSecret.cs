// RFC 6749 - The OAuth 2.0 Authorization Framework (§2.3.1: client password, §10.1)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>One secret of a client, as it is stored.</summary>
/// <param name="Id">Names it for removal; for secrets that we made, the public half of the handle.</param>
/// <param name="Algorithm"><c>sha256</c> for the 256-bit secrets that we make; <c>pyramid-scrypt</c> for imported ones until their first use.</param>
/// <param name="Hash">The hash. An empty one never matches anything (SR-096).</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="ExpiresAt">From when it is refused; null for never.</param>
public sealed record ClientSecret(string Id, string Algorithm, ReadOnlyMemory<byte> Hash, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal const string Sha256 = "sha256";
    internal const string PyramidScrypt = "pyramid-scrypt";
    internal const string Prefix = "gts_";

    /// <summary>For <c>pyramid-scrypt</c>: the salt. Else empty.</summary>
    public ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>Makes a secret of 256 bits. This is the one moment when it can be shown; only its hash is stored.</summary>
    /// <param name="now">When it is added.</param>
    /// <param name="expiresAt">From when it is refused; null for never.</param>
    /// <param name="secret">The secret, 64 characters: give it to the client.</param>
    public static ClientSecret New(DateTimeOffset now, DateTimeOffset? expiresAt, out string secret)
    {
        var handle = Handle.New(Prefix);
        secret = handle.Reveal();
        return new(handle.Id, Sha256, HashOf(secret), now, expiresAt);
    }

    /// <summary>One SHA-256 is enough for 256 random bits: there is nothing to guess that a slow hash would slow down.</summary>
    internal static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The id and the algorithm: nothing that a log must not hold.</summary>
    public override string ToString() => $"{Algorithm} {Id}";
}
