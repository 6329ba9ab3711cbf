using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>What the registered sources said last. A source that is slow or down holds up nobody who does not need its keys.</summary>
internal sealed partial class ExternalKeys(IEnumerable<ISigningKeySource> sources, TimeProvider clock, ILogger<ExternalKeys> log) : IDisposable
{
    /// <summary>How old an answer may be when something is signed: twice the pause of <see cref="ExternalKeysRefresher"/>, so it is exceeded only by a process that did not run.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>After a failure, how long those who need the source are told so at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly List<Listing> listings = [.. sources.Select(source => new Listing(source))];

    public bool None => listings.Count == 0;

    /// <summary>The keys of all sources, oldest first. A later one replaces an earlier one of the same algorithm.</summary>
    public IEnumerable<(SigningKey Key, bool Signs)> Keys => listings.SelectMany(listing => listing.Keys);

    /// <summary>Whether this algorithm is signed with elsewhere.</summary>
    public bool Own(string algorithm) => listings.Exists(listing => listing.Source.Algorithms.Contains(algorithm));

    /// <summary>Whether there is nothing to ask before signing with this algorithm.</summary>
    public bool IsFresh(string algorithm) => None || !listings.Exists(listing => listing.Source.Algorithms.Contains(algorithm) && clock.GetUtcNow() - listing.ReadAt >= FreshFor);

    /// <summary>Asks the sources of this algorithm, or all, again if their last answer is old.</summary>
    public async Task EnsureFreshAsync(string? algorithm, CancellationToken ct)
    {
        foreach (var listing in listings)
            if (algorithm is null || listing.Source.Algorithms.Contains(algorithm)) await ReadAsync(listing, listing => clock.GetUtcNow() - listing.ReadAt < FreshFor || clock.GetUtcNow() - listing.FailedAt < Pause, ct);
    }

    public Task RefreshAsync(CancellationToken ct) => Task.WhenAll(listings.Select(listing => ReadAsync(listing, static _ => false, ct)));

    private async Task ReadAsync(Listing listing, Predicate<Listing> suffices, CancellationToken ct)
    {
        await listing.Reading.WaitAsync(ct);
        try
        {
            if (suffices(listing)) return;
            using var patience = new CancellationTokenSource(Patience, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            listing.Keys = [.. (await listing.Source.ListAsync(both.Token).AsTask().WaitAsync(both.Token)).Select(key => (Open(listing, key), key.Signs))];
            (listing.ReadAt, listing.Failing, listing.FailedAt) = (clock.GetUtcNow(), false, DateTimeOffset.MinValue);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!listing.Failing) Unreachable(log, listing.Source.GetType().Name, string.Join(", ", listing.Source.Algorithms), e);
            (listing.Failing, listing.FailedAt) = (true, clock.GetUtcNow());
        }
        finally
        {
            listing.Reading.Release();
        }
    }

    private SigningKey Open(Listing listing, ExternalKey key)
    {
        if (!listing.Source.Algorithms.Contains(key.Algorithm))
            throw new CryptographicException($"It lists the key '{key.Reference}' for {key.Algorithm}, which is not among its Algorithms.");
        var known = listing.Keys.FirstOrDefault(other => other.Key.Algorithm == key.Algorithm && other.Key.Remote!.Is(key)).Key;
        return known ?? new(key.Algorithm, KeyMaterial.FromSubjectPublicKeyInfo(key.Algorithm, key.PublicKey.Span), new(listing.Source, key, clock, log));
    }

    public void Dispose()
    {
        foreach (var listing in listings) listing.Reading.Dispose();
    }

    private sealed class Listing(ISigningKeySource source)
    {
        public ISigningKeySource Source { get; } = source;

        public SemaphoreSlim Reading { get; } = new(1);

        public IReadOnlyList<(SigningKey Key, bool Signs)> Keys { get; set; } = [];

        public DateTimeOffset ReadAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset FailedAt { get; set; } = DateTimeOffset.MinValue;

        public bool Failing { get; set; }
    }

    [LoggerMessage(1206, LogLevel.Error, "The keys of {Source} cannot be listed; those of its last answer stand. Until there is one, nothing is signed with {Algorithms}; other algorithms are not affected. See whether it is reachable.")]
    private static partial void Unreachable(ILogger log, string source, string algorithms, Exception e);
}
