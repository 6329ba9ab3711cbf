namespace Gatehouse.Keys;

/// <summary>How signing keys live. Binds from <c>Gatehouse:Keys</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>How long a key signs before the next takes over. Default 90 days. At least twice <see cref="PublicationLead"/>.</summary>
    public TimeSpan RotationInterval { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a key is published before it signs. Default 24 hours: clients and resource servers keep the key document, some of them for a day, and not all ask again when they meet a key
    /// that they do not know. Also how long a node that cannot reach the store goes on signing with what it knew. 10 minutes to 30 days.
    /// </summary>
    public TimeSpan PublicationLead { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a key verifies after it stopped signing. Default, and least: 24 hours (no JWT of ours lives longer), <see cref="PublicationLead"/> and 5 minutes. Longer keeps the
    /// <c>id_token_hint</c> of old ID tokens good.
    /// </summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>Algorithms that have a key from the start, beside ES256: any of <c>RS256</c>, <c>PS256</c> and <c>EdDSA</c>. Others get one when it is first needed, which then signs before it was published.</summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>Seals private keys: 32 random bytes in base64. Default: none, and ASP.NET Core Data Protection seals them. The same on every node.</summary>
    public string? EncryptionKey { get; set; }

    /// <summary>Instead of <see cref="EncryptionKey"/> while it changes: the first seals, all open.</summary>
    public IList<string> EncryptionKeys { get; } = [];

    internal TimeSpan LeastRetention => LongestToken + PublicationLead + ClockSkew;

    /// <summary>What the options of every lifetime allow at most.</summary>
    private static readonly TimeSpan LongestToken = TimeSpan.FromHours(24);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>How long anybody may keep the key document. Far below the shortest lead, so that a cache between us and a client costs it nothing.</summary>
    internal static readonly TimeSpan DocumentMaxAge = TimeSpan.FromMinutes(5);

    internal static readonly TimeSpan ShortestLead = 2 * DocumentMaxAge;

    /// <summary>What is wrong, with the fix.</summary>
    internal IEnumerable<string> Problems()
    {
        if (PublicationLead < ShortestLead || PublicationLead > TimeSpan.FromDays(30))
            yield return $"Gatehouse:Keys:PublicationLead is {PublicationLead}. Set it between {ShortestLead} and 30 days; 24 hours suits most. (gatehouse explain 7005)";
        if (RotationInterval < 2 * PublicationLead || RotationInterval > TimeSpan.FromDays(3650))
            yield return $"Gatehouse:Keys:RotationInterval is {RotationInterval}. Set it to at least {2 * PublicationLead}, twice Gatehouse:Keys:PublicationLead, and at most 3650 days. (gatehouse explain 7005)";
        if (Retention is { } retention && (retention < LeastRetention || retention > TimeSpan.FromDays(3650)))
            yield return $"Gatehouse:Keys:Retention is {retention}. Leave it out, or set it to at least {LeastRetention}: shorter, and tokens that have not expired would stop verifying. At most 3650 days. (gatehouse explain 7005)";
        foreach (var algorithm in Algorithms.Where(algorithm => !Jwa.All.Contains(algorithm)))
            yield return $"Gatehouse:Keys:Algorithms names '{algorithm}'. Use {string.Join(", ", Jwa.All)}. (gatehouse explain 7018)";
        if (EncryptionKey is not null && EncryptionKeys.Count > 0)
            yield return "Gatehouse:Keys:EncryptionKey and EncryptionKeys are both set. Put every key into EncryptionKeys, the one that seals first. (gatehouse explain 7019)";
        foreach (var (name, text) in NamedEncryptionKeys())
            if (Decode(text) is null)
                yield return $"Gatehouse:Keys:{name} is not 32 bytes in base64. Make one with `openssl rand -base64 32`. (gatehouse explain 7019)";
    }

    /// <summary>The first seals, all open; none means Data Protection.</summary>
    internal IReadOnlyList<byte[]> ReadEncryptionKeys() => [.. NamedEncryptionKeys().Select(key => Decode(key.Text)).OfType<byte[]>()];

    private IEnumerable<(string Name, string Text)> NamedEncryptionKeys() =>
        EncryptionKey is { } one ? [("EncryptionKey", one)] : EncryptionKeys.Select((text, i) => ($"EncryptionKeys:{i}", text));

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[33];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == 32 ? bytes[..32] : null;
    }
}
