// RFC 7517 - JSON Web Key (JWK) (§5: JWK Set)
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>
/// The signing keys of this provider, as this node knows them. What it knows is looked at again before it signs if it is not quite new, so a process that was frozen for a while never signs
/// with a key that others have dropped meanwhile.
/// </summary>
internal sealed partial class KeyRing(IKeyStore store, KeyMaker maker, KeyOpener opener, ExternalKeys external, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<KeyRing> log) : IDisposable
{
    /// <summary>Twenty times the pause of <see cref="KeyRingRefresher"/>: reached only by a process that did not run, or could not reach the store.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    /// <summary>A request waits no longer than this for a store that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whoever wants the key document waits no longer than this for the newest; then what was known does.</summary>
    private static readonly TimeSpan PublishingPatience = TimeSpan.FromSeconds(1);

    /// <summary>Made-up kids cost the store no more than five readings a second.</summary>
    private static readonly TimeSpan UnknownKidPause = TimeSpan.FromMilliseconds(200);

    private readonly KeySchedule schedule = new(options.Value.Keys);

    // Past this, the others may have made a key, published it long enough, and dropped ours.
    private readonly TimeSpan mayBeOld = options.Value.Keys.PublicationLead;
    private readonly IReadOnlyList<string> needed = [Jwa.ES256, .. options.Value.Keys.Algorithms.Where(algorithm => algorithm != Jwa.ES256)];
    private readonly SemaphoreSlim reading = new(1), making = new(1), looking = new(1);
    private long lastLook;
    private volatile Ring? ring;
    private volatile bool unreachable;

    /// <summary>The ring, for whoever wants to verify or publish. It has a key for ES256, unless that is signed with elsewhere and cannot be reached.</summary>
    public ValueTask<Ring> GetAsync(CancellationToken ct) =>
        !external.Own(Jwa.ES256) ? GetAsync(Jwa.ES256, ct) : ring is { } known && clock.GetUtcNow() < known.FreshUntil ? new(known) : ReadAsync(seen => clock.GetUtcNow() < seen.FreshUntil, ct);

    /// <summary>The ring, with a key that signs with this algorithm, which is made now if nobody needed one before.</summary>
    public ValueTask<Ring> GetAsync(string algorithm, CancellationToken ct) =>
        ring is { } known && clock.GetUtcNow() < known.FreshUntil && known.Signs(algorithm) && external.IsFresh(algorithm) ? new(known) : RenewAsync(algorithm, ct);

    /// <summary>
    /// The ring as the store has it now, to be published. Another node may have made a key a moment ago and sign with it already: whoever meets such a token asks any of us, and does not ask again.
    /// Those who wait share one reading.
    /// </summary>
    public async ValueTask<Ring> GetNewestAsync(CancellationToken ct)
    {
        var came = clock.GetUtcNow();
        var known = await GetAsync(ct);
        try
        {
            return await ReadAsync(seen => seen.ReadAt > came, ct).AsTask().WaitAsync(PublishingPatience, clock, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return known;
        }
    }

    /// <summary>The public key of this <c>kid</c>, or null. A kid that is not known may be of a key that another node made a moment ago.</summary>
    public async ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken ct)
    {
        var known = await GetAsync(ct);
        return known.Find(kid) ?? (await LookAgainAsync(known, ct)).Find(kid);
    }

    /// <summary>All that wait here share one reading, so none is answered by less than the store had when it came, however many made-up kids come with it.</summary>
    private async ValueTask<Ring> LookAgainAsync(Ring known, CancellationToken ct)
    {
        await looking.WaitAsync(ct);
        try
        {
            if (ring is { } newer && newer != known) return newer;
            // Of the machine's clock: this spares the store, and decides nothing.
            var pause = UnknownKidPause - Stopwatch.GetElapsedTime(lastLook);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, ct);
            lastLook = Stopwatch.GetTimestamp();
            await external.EnsureFreshAsync(null, ct);
            return await ReadAsync(static _ => false, ct);
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>In the background: reads the keys, makes those that are due, forgets those that nothing needs any more.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var known = await ReadAsync(static _ => false, ct, mustReach: true);
        var now = clock.GetUtcNow();
        foreach (var algorithm in needed.Union(known.Stored.Where(key => schedule.PhaseOf(key, known.Stored, now) is not (KeyPhase.Expired or KeyPhase.Retired)).Select(key => key.Algorithm)))
            if (!external.Own(algorithm) && schedule.TurnOf(algorithm, known.Stored, Opens(now), now).NextSignsFrom is not null) await MakeAsync(algorithm, ct);
        foreach (var key in known.Stored)
            if (schedule.EndOf(key, known.Stored) <= now && await store.TryRemoveAsync(key.Id, ct)) Removed(log, key.Id);
    }

    private async ValueTask<Ring> RenewAsync(string algorithm, CancellationToken ct)
    {
        if (external.Own(algorithm)) return await RenewExternalAsync(algorithm, ct);
        var known = await ReadAsync(seen => clock.GetUtcNow() < seen.FreshUntil, ct);
        if (!known.Signs(algorithm)) known = await MakeAsync(algorithm, ct);
        return known.Signs(algorithm) ? known : throw new CryptographicException($"The {algorithm} key that was made a moment ago cannot be opened. See the log for why.");
    }

    private async ValueTask<Ring> RenewExternalAsync(string algorithm, CancellationToken ct)
    {
        await external.EnsureFreshAsync(algorithm, ct);
        var known = await ReadAsync(static _ => false, ct);
        return known.Signs(algorithm) ? known : throw new TimeoutException($"The source of {algorithm} keys has listed none that signs.");
    }

    /// <summary>Makes the key that is due for this algorithm, unless another node or request did meanwhile.</summary>
    private async Task<Ring> MakeAsync(string algorithm, CancellationToken ct)
    {
        // Not under the lock for reading: a second of RSA must not hold up those who sign with what is there.
        await making.WaitAsync(ct);
        try
        {
            while (true)
            {
                var known = await ReadAsync(static _ => false, ct, mustReach: true);
                var now = clock.GetUtcNow();
                if (schedule.TurnOf(algorithm, known.Stored, Opens(now), now).NextSignsFrom is not { } signsFrom) return known;
                // If another node was first, its key may be all that was due, or one that we cannot open.
                if (await maker.TryMakeAsync(algorithm, signsFrom, known.Stored, ct)) return await ReadAsync(static _ => false, ct, mustReach: true);
            }
        }
        finally
        {
            making.Release();
        }
    }

    /// <summary>How long the key of each algorithm has signed by now. Of what is known, without asking the store; keys that live elsewhere have an age only there.</summary>
    public IEnumerable<Measurement<double>> Ages()
    {
        if (ring is not { } known) yield break;
        var now = clock.GetUtcNow();
        foreach (var (algorithm, signer) in known.Signers)
            if (known.Stored.FirstOrDefault(key => key.Id == signer.Id) is { } stored)
                yield return new((now - stored.ActivatesAt).TotalSeconds, new KeyValuePair<string, object?>(Attributes.Algorithm, algorithm));
    }

    private Func<StoredKey, bool> Opens(DateTimeOffset now) => key => opener.Open(key, now) is not null;

    /// <param name="suffices">Whether what is known by now does; asked after waiting for whoever reads already.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="mustReach">Fail rather than answer with what was known.</param>
    private async ValueTask<Ring> ReadAsync(Func<Ring, bool> suffices, CancellationToken ct, bool mustReach = false)
    {
        // While the store is known to be down only the refresher asks it, so that no request waits for it, nor for the refresher.
        if (unreachable && !mustReach && Remember(clock.GetUtcNow()) is { } remembered) return remembered;
        await reading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (ring is { } known && suffices(known)) return known;
            if (unreachable && !mustReach && Remember(now) is { } kept) return kept;
            try
            {
                ring = Ring.Of(await ListAsync(ct), schedule, opener, external, now, now, FreshFor);
                unreachable = false;
                return ring;
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                unreachable = true;
                if (!mustReach && Remember(now) is { } last) return last;
                throw;
            }
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>What was last read, as it stands now; null if that is too long ago to sign or verify by.</summary>
    private Ring? Remember(DateTimeOffset now)
    {
        if (ring is not { } last || now - last.ReadAt >= mayBeOld) return null;
        var standing = Ring.Of(last.Stored, schedule, opener, external, last.ReadAt, now, FreshFor);
        // The refresher may have read a newer one meanwhile.
        return Interlocked.CompareExchange(ref ring, standing, last) is { } found && found != last ? found : standing;
    }

    private async Task<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct)
    {
        // For all who sign and verify, and with patience of its own.
        StoreTime.Share();
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            // Nor for one that does not listen to its token: all others stand behind this reading.
            return await store.ListAsync(both.Token).AsTask().WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The signing keys could not be read within {Patience.TotalSeconds:0} s.");
        }
    }

    public void Dispose()
    {
        reading.Dispose();
        making.Dispose();
        looking.Dispose();
    }

    [LoggerMessage(1205, LogLevel.Information, "Forgot signing key {Kid}: everything that it signed has expired.")]
    private static partial void Removed(ILogger log, string kid);
}
