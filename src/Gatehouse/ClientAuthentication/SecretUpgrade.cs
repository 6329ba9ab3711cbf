using Gatehouse.Clients;
using Microsoft.Extensions.Logging;

namespace Gatehouse.ClientAuthentication;

/// <summary>Replaces an imported secret's slow hash by ours, at its first successful use: only then do we know the secret.</summary>
internal sealed partial class SecretUpgrade(IClientStore store, TimeProvider clock, ILogger<SecretUpgrade> log)
{
    public ValueTask OnUsedAsync(Client client, string? presented, CancellationToken ct)
    {
        if (presented is null) return default;
        foreach (var secret in client.Secrets)
            if (secret.Algorithm != ClientSecret.Sha256)
                // It was right; so if it is none of ours it is an imported one, and need not be hashed again to know that.
                return ClientSecretHash.FindOurs(client.Secrets, presented, clock.GetUtcNow()) is null ? ReplaceAsync(client.Id, presented, ct) : default;
        return default;
    }

    private async ValueTask ReplaceAsync(string clientId, string presented, CancellationToken ct)
    {
        // Read again: the cached client may be older than a change by the operator, which this must not undo.
        if (await store.FindAsync(clientId, ct) is not { } client) return;
        if (ClientSecretHash.FindMatch(client, presented, clock.GetUtcNow()) is not { Algorithm: ClientSecret.PyramidScrypt } used) return;
        var replaced = used with { Algorithm = ClientSecret.Sha256, Hash = ClientSecret.HashOf(presented), Salt = default };
        if (await store.TryUpdateAsync(client with { Secrets = [.. client.Secrets.Select(secret => ReferenceEquals(secret, used) ? replaced : secret)] }, ct))
            Upgraded(log, clientId);
    }

    [LoggerMessage(1405, LogLevel.Information, "The imported secret of client '{ClientId}' was used for the first time and is now stored as SHA-256.")]
    private static partial void Upgraded(ILogger log, string clientId);
}
