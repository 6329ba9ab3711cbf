// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: jwks, jwks_uri)
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gatehouse.Diagnostics;
using Gatehouse.Fetch;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Clients;

/// <summary>
/// The public keys of clients: what verifies their request objects and assertions, and what their tokens are encrypted to. They come from the client's metadata and
/// from nowhere else; what a token's header says about keys is never followed (SR-073).
/// </summary>
internal sealed partial class ClientKeys(SafeFetch fetch, TimeProvider clock, ILogger<ClientKeys> log)
{
    /// <summary>Clients that are in use at one time; who registers more than that must not fill the memory.</summary>
    private const int MaxRemote = 2000;

    private readonly ConcurrentDictionary<string, RemoteKeySet> remote = new(StringComparer.Ordinal);

    // Goes with the client that it was read from, which the cache of clients lets go when it changes.
    private readonly ConditionalWeakTable<Client, IReadOnlyList<JsonWebKey>> inline = [];

    /// <summary>
    /// The keys with this <c>kid</c>, or all of them if it is null. Empty if there is none, and if <c>jwks_uri</c> cannot be reached: the log then says why, and the
    /// caller refuses by its specification's error.
    /// </summary>
    public async ValueTask<IReadOnlyList<JsonWebKey>> FindAsync(Client client, string? kid, CancellationToken ct)
    {
        if (client.Jwks is { } jwks) return Match(inline.GetValue(client, _ => KeySet.Problem(jwks) is null ? KeySet.Read(jwks) : []), kid);
        if (client.JwksUri is not { } text || ClientLink.Parse(text) is not { } uri) return [];
        var keys = await SetAt(text, uri).GetAsync(known => Match(known, kid).Count > 0, (failure, hasOthers) =>
        {
            if (hasOthers) Stale(log, client.Id, new(text), failure.Reason);
            else Unreachable(log, client.Id, new(text), failure.Reason);
        }, ct);
        return Match(keys, kid);
    }

    /// <summary>A set of which no key has a <c>kid</c> answers for every <c>kid</c>: then it is no name, only a remark.</summary>
    private static IReadOnlyList<JsonWebKey> Match(IReadOnlyList<JsonWebKey> keys, string? kid) =>
        kid is null || keys.All(key => key.Kid is null) ? keys : [.. keys.Where(key => key.Kid == kid)];

    private RemoteKeySet SetAt(string text, Uri uri)
    {
        if (remote.TryGetValue(text, out var known)) return known;
        if (remote.Count >= MaxRemote && remote.MinBy(pair => pair.Value.LastUsed) is { Key: { } oldest }) remote.TryRemove(oldest, out _);
        return remote.GetOrAdd(text, _ => new(uri, fetch, clock));
    }

    [LoggerMessage(1121, LogLevel.Warning, "The keys of client '{ClientId}' could not be fetched from {Url}: {Reason}. What it signed is refused until they can; it is tried again with the next request, at most every 30 s.")]
    private static partial void Unreachable(ILogger log, string clientId, Untrusted url, string reason);

    [LoggerMessage(1122, LogLevel.Warning, "The keys of client '{ClientId}' could not be renewed from {Url}: {Reason}. Those that were fetched before are used for up to 24 h more.")]
    private static partial void Stale(ILogger log, string clientId, Untrusted url, string reason);
}
