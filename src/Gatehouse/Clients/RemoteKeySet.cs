// RFC 7517 - JSON Web Key (JWK) (§5: a JWK Set at a URL, kept by RFC 9111 within bounds)
using System.Text.Json;
using Gatehouse.Fetch;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Clients;

/// <summary>The keys at one <c>jwks_uri</c>, as this process knows them. However many ask, one fetch is under way.</summary>
internal sealed class RemoteKeySet(Uri uri, SafeFetch fetch, TimeProvider clock)
{
    /// <summary>What the site says is believed within these bounds; a new key is found sooner, by its unknown <c>kid</c>.</summary>
    private static readonly TimeSpan shortest = TimeSpan.FromMinutes(1), usual = TimeSpan.FromHours(1), longest = TimeSpan.FromHours(24);

    /// <summary>Between two fetches, whoever asks for whatever <c>kid</c>: else a stranger's made-up ones would have us call the site at will.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>How long keys outlive their freshness while their site cannot be reached. A key that was withdrawn meanwhile is trusted as long.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromHours(24);

    private readonly Lock sync = new();
    private IReadOnlyList<JsonWebKey> keys = [];
    private DateTimeOffset freshUntil = DateTimeOffset.MinValue, nextFetch = DateTimeOffset.MinValue;
    private Task<FetchResult>? underWay;

    public DateTimeOffset LastUsed { get; private set; } = clock.GetUtcNow();

    /// <param name="isEnough">Whether these keys answer the question; if not, newer ones are fetched as soon as that is allowed.</param>
    /// <param name="failed">Told of a fetch that failed, by the one who began it.</param>
    /// <param name="ct">Ends the waiting, not the fetch, which others wait for.</param>
    public async ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(Func<IReadOnlyList<JsonWebKey>, bool> isEnough, Action<FetchResult, bool> failed, CancellationToken ct)
    {
        Task<FetchResult>? fetching;
        var mine = false;
        lock (sync)
        {
            var now = LastUsed = clock.GetUtcNow();
            if (now < freshUntil && isEnough(keys)) return keys;
            if (underWay is null && now >= nextFetch)
            {
                mine = true;
                nextFetch = now + Pause;
                underWay = Task.Run(FetchAsync, CancellationToken.None);
            }
            fetching = underWay;
        }
        if (fetching is not null && await fetching.WaitAsync(ct) is { Succeeded: false } failure && mine) failed(failure, Known().Count > 0);
        return Known();
    }

    private IReadOnlyList<JsonWebKey> Known()
    {
        lock (sync) return freshUntil == DateTimeOffset.MinValue || clock.GetUtcNow() > freshUntil + Stale ? [] : keys;
    }

    private async Task<FetchResult> FetchAsync()
    {
        try
        {
            var result = await fetch.GetAsync(uri, FetchLimits.Json, CancellationToken.None);
            if (!result.Succeeded) return result;
            if (Read(result.Body, out var read) is { } problem) return FetchResult.Failed(FetchFailure.Unusable, $"its answer {problem}", result.Status);
            var lifetime = result.FreshFor is not { } stated ? usual : stated < shortest ? shortest : stated > longest ? longest : stated;
            lock (sync) (keys, freshUntil) = (read, clock.GetUtcNow() + lifetime);
            return result;
        }
        finally
        {
            lock (sync) underWay = null;
        }
    }

    private static string? Read(ReadOnlyMemory<byte> body, out IReadOnlyList<JsonWebKey> keys)
    {
        keys = [];
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 16, AllowDuplicateProperties = false });
            if (KeySet.Problem(document.RootElement) is { } problem) return problem;
            keys = KeySet.Read(document.RootElement);
            return null;
        }
        // Half a surrogate pair, escaped, is JSON, and no text: it throws where it is first read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "is not JSON";
        }
    }
}
