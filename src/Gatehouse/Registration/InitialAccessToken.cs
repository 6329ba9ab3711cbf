// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3: the initial access token)
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>What lets somebody register: one that was stored, or one of the configuration.</summary>
/// <param name="Artifact">The stored one; null for one of the configuration.</param>
internal sealed record InitialAccess(Artifact? Artifact)
{
    public override string ToString() => Artifact is null ? "a configured initial access token" : $"initial access token {Artifact.Id}";
}

/// <summary>How often a stored initial access token can still be used; null for without end.</summary>
internal sealed record InitialAccessPayload(int? Uses);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InitialAccessPayload))]
internal sealed partial class InitialAccessJson : JsonSerializerContext;

/// <summary>Initial access tokens: 256 random bits, stored as a hash, for some number of clients and some time. An artifact like a code: shown, counted, revoked and swept by the same store.</summary>
internal sealed class InitialAccessToken(IProtocolStore store, IOptions<GatehouseOptions> options, TimeProvider clock)
{
    public const string Prefix = "gti_", Kind = "initial_access_token";

    /// <summary>What it belongs to, in the place of a client: no client can have this id, because ids have no spaces.</summary>
    private const string Owner = "dynamic registration";

    private readonly byte[][] configured = [.. options.Value.Registration.InitialAccessTokens.Select(Hash)];

    /// <summary>A new one. Its secret exists in the result alone.</summary>
    public static async Task<Handle> NewAsync(IProtocolStore store, int? uses, DateTimeOffset now, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        var handle = Handle.New(Prefix);
        var family = new Family(Guid.CreateVersion7(now), Owner, null, now, expiresAt ?? now.AddYears(100));
        var payload = JsonSerializer.Serialize(new InitialAccessPayload(uses), InitialAccessJson.Default.InitialAccessPayload);
        await store.StartAsync(family, [new(handle.Id, Kind, family.Id, Owner, null, handle.SecretHash(), payload, family.ExpiresAt)], ct);
        return handle;
    }

    /// <summary>Null unless it is one of ours and can still be used.</summary>
    public async ValueTask<InitialAccess?> FindAsync(string token, CancellationToken ct)
    {
        if (Handle.TryParse(Prefix, token) is { } handle)
            return await store.FindAsync(handle.Id, ct) is { Kind: Kind, SpentAt: null } artifact && artifact.ExpiresAt > clock.GetUtcNow() && handle.Matches(artifact.SecretHash.Span)
                ? new(artifact) : null;
        var hash = Hash(token);
        var found = false;
        // All of them, in equal time.
        foreach (var known in configured) found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found ? new(Artifact: null) : null;
    }

    /// <summary>Counts one use. False if others used it up meanwhile.</summary>
    public async ValueTask<bool> TryUseAsync(InitialAccess access, CancellationToken ct)
    {
        var artifact = access.Artifact;
        while (artifact is { SpentAt: null })
        {
            if (JsonSerializer.Deserialize(artifact.Payload, InitialAccessJson.Default.InitialAccessPayload) is not { Uses: { } left }) return true;
            var now = clock.GetUtcNow();
            if (left <= 1
                ? await store.TryRedeemAsync(artifact, [], receipt: null, now, ct)
                : await store.TryUpdateAsync(artifact, JsonSerializer.Serialize(new InitialAccessPayload(left - 1), InitialAccessJson.Default.InitialAccessPayload), ct)) return true;
            // Somebody else was counted in between: look again at what is left. It only ever gets less, so this ends.
            artifact = await store.FindAsync(artifact.Id, ct) is { } again && again.ExpiresAt > now ? again : null;
        }
        return access.Artifact is null;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
