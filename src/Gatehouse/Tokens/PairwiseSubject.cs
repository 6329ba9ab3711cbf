// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§8.1: pairwise identifier algorithm)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Who a user is to a client. To a pairwise client they are somebody else in each sector, always the same one there, and only we can tell who: the subject encrypted, deterministically, the
/// second of the ways that §8.1 names. So nothing is stored, and what comes back in a hint or a JWT leads to the user.
/// </summary>
/// <remarks>
/// A synthetic IV, as in RFC 5297: HMAC-SHA256 over sector and subject, cut to 16 bytes, then AES-256-CBC under that IV. Opening computes the HMAC again, so a made-up value opens to nobody.
/// The key is an option and not one of the signing keys: those rotate, and a user must not become another with them.
/// </remarks>
internal sealed class PairwiseSubject
{
    private const int TagLength = 16, MaxLength = 159;

    private readonly byte[]? mac, cipher;

    public PairwiseSubject(IOptions<GatehouseOptions> options)
    {
        if (options.Value.PairwiseSecret is not { } secret) return;
        var key = Encoding.UTF8.GetBytes(secret);
        mac = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt: [], info: "gatehouse pairwise mac v1"u8.ToArray());
        cipher = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt: [], info: "gatehouse pairwise cipher v1"u8.ToArray());
    }

    public bool IsConfigured => mac is not null;

    public static bool IsFor(Client client) => client.SubjectType == "pairwise";

    /// <summary>Whether this client's users can be named to it at all; if not, the error to answer with.</summary>
    public OAuthError? Problem(Client client) => IsConfigured || !IsFor(client) ? null : OAuthError.UnauthorizedClient("this client needs pairwise subjects, which are not configured here") with
    {
        Reason = $"Client '{client.Id}' is registered with subject_type pairwise. Set Gatehouse:PairwiseSecret to 32 random characters or more, the same on every node, and never change it.",
    };

    /// <summary>The <c>sub</c> of a user, as this client knows it.</summary>
    /// <exception cref="InvalidOperationException">The client is pairwise and there is no secret: ask <see cref="Problem"/> first.</exception>
    public string Of(Client client, string subject)
    {
        if (!IsFor(client)) return subject;
        var (tag, text) = (Tag(SectorOf(client), subject), Encoding.UTF8.GetBytes(subject));
        // §2: no sub is longer than 255 characters. One that would be cannot lead back, but it still tells the user apart.
        if (text.Length > MaxLength) return Base64Url.EncodeToString(tag);
        using var aes = Aes.Create();
        aes.Key = cipher!;
        return Base64Url.EncodeToString([.. tag[..TagLength], .. aes.EncryptCbc(text, tag.AsSpan(0, TagLength))]);
    }

    /// <summary>Who is meant by a <c>sub</c> that this client was given; null if it is nobody.</summary>
    public string? Find(Client client, string sub)
    {
        if (!IsFor(client)) return sub;
        if (cipher is null || !Base64Url.IsValid(sub)) return null;
        var bytes = Base64Url.DecodeFromChars(sub);
        if (bytes.Length < 2 * TagLength || bytes.Length % TagLength != 0) return null;
        using var aes = Aes.Create();
        aes.Key = cipher;
        try
        {
            var subject = Encoding.UTF8.GetString(aes.DecryptCbc(bytes.AsSpan(TagLength), bytes.AsSpan(0, TagLength)));
            return CryptographicOperations.FixedTimeEquals(Tag(SectorOf(client), subject).AsSpan(0, TagLength), bytes.AsSpan(0, TagLength)) ? subject : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private byte[] Tag(string sector, string subject) =>
        HMACSHA256.HashData(mac ?? throw new InvalidOperationException("Gatehouse:PairwiseSecret is not set. (gatehouse explain 7021)"), Encoding.UTF8.GetBytes(sector + "\n" + subject));

    /// <summary>
    /// The host of the sector identifier, else the one host of the redirect URIs (registration sees to it that it is one), so that one company's clients know a user by one name. A client
    /// without either is a sector of its own.
    /// </summary>
    internal static string SectorOf(Client client) =>
        Uri.TryCreate(client.SectorIdentifierUri ?? (client.RedirectUris is [var first, ..] ? first : null), UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? uri.Host.ToLowerInvariant() : "client:" + client.Id;
}
