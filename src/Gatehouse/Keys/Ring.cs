// RFC 7517 - JSON Web Key (JWK) (§5: JWK Set)
namespace Gatehouse.Keys;

/// <summary>The keys at one moment: those that sign, one for each algorithm, and every one that may still verify something.</summary>
/// <param name="Stored">All that the store has.</param>
/// <param name="Signers">By algorithm.</param>
/// <param name="Verifiers">By <c>kid</c>.</param>
/// <param name="ReadAt">When the store was asked.</param>
/// <param name="FreshUntil">From when it must be looked at again before anything is signed.</param>
internal sealed record Ring(
    IReadOnlyList<StoredKey> Stored, IReadOnlyDictionary<string, SigningKey> Signers, IReadOnlyDictionary<string, VerificationKey> Verifiers, DateTimeOffset ReadAt, DateTimeOffset FreshUntil)
{
    /// <summary>The ES256 key, which signs access tokens.</summary>
    public SigningKey Current => For(Jwa.ES256);

    /// <summary>The public keys, as JSON, in the order in which they were made.</summary>
    public IEnumerable<string> PublicKeys => Verifiers.Values.Select(key => key.PublicKey);

    public bool Signs(string algorithm) => Signers.ContainsKey(algorithm);

    /// <summary>The key that signs with this algorithm. Ask <see cref="KeyRing.GetAsync(string, CancellationToken)"/> for a ring that is sure to have one.</summary>
    public SigningKey For(string algorithm) =>
        Signers.GetValueOrDefault(algorithm) ?? throw new InvalidOperationException($"No key signs with {algorithm} yet. Ask the key ring for that algorithm.");

    public VerificationKey? Find(string kid) => Verifiers.GetValueOrDefault(kid);

    public static Ring Of(IReadOnlyList<StoredKey> stored, KeySchedule schedule, KeyOpener opener, ExternalKeys external, DateTimeOffset readAt, DateTimeOffset now, TimeSpan freshFor)
    {
        var signers = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var algorithm in stored.Select(key => key.Algorithm).Distinct())
            if (schedule.TurnOf(algorithm, stored, key => opener.Open(key, now) is not null, now).Signer is { } signer)
                signers[algorithm] = opener.Open(signer, now)!;
        // Ordered, so that the document keeps its order: a key is found at its place, new ones at the end.
        var verifiers = new OrderedDictionary<string, VerificationKey>(StringComparer.Ordinal);
        foreach (var key in stored)
            if (schedule.PhaseOf(key, stored, now) is not (KeyPhase.Expired or KeyPhase.Retired) && opener.Read(key) is { } verifier) verifiers[verifier.Id] = verifier;
        // Elsewhere wins: a local key of the same algorithm is from before, and only verifies.
        foreach (var (key, signs) in external.Keys)
        {
            verifiers[key.Id] = key;
            if (signs) signers[key.Algorithm] = key;
        }
        foreach (var algorithm in signers.Keys.Where(algorithm => external.Own(algorithm) && signers[algorithm].Remote is null).ToList()) signers.Remove(algorithm);
        var fresh = now + freshFor;
        return new(stored, signers, verifiers, readAt, schedule.NextChange(stored, now) is { } change && change < fresh ? change : fresh);
    }
}
