// RFC 7636 - Proof Key for Code Exchange by OAuth Public Clients
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>32 bytes of S256. The method <c>plain</c> cannot be expressed, so no code can be bound by it.</summary>
internal sealed class PkceChallenge
{
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private readonly byte[] hash;

    private PkceChallenge(byte[] hash) => this.hash = hash;

    /// <summary>An absent method means <c>plain</c> (§4.3), and is refused like it (SR-041).</summary>
    public static Result<PkceChallenge> Parse(string challenge, string? method)
    {
        if (method != "S256") return OAuthError.InvalidRequest("code_challenge_method must be S256");
        return Read(challenge) is { } parsed ? parsed : OAuthError.InvalidRequest("code_challenge must be the base64url of a SHA-256, 43 characters without padding");
    }

    /// <summary>As it was stored.</summary>
    public static PkceChallenge? Read(string challenge)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        // One spelling only: padding, white space and loose last bits are other texts for the same bytes.
        return challenge.Length == 43 && Base64Url.DecodeFromChars(challenge, hash, out _, out var written) == OperationStatus.Done && written == hash.Length && Base64Url.EncodeToString(hash) == challenge
            ? new PkceChallenge(hash)
            : null;
    }

    /// <summary>False also for what cannot be a verifier (§4.1): a short one can be guessed from a challenge that was seen.</summary>
    public bool Matches(string verifier) =>
        verifier.Length is >= 43 and <= 128 && !verifier.AsSpan().ContainsAnyExcept(Unreserved)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)), hash);

    public override string ToString() => Base64Url.EncodeToString(hash);
}
