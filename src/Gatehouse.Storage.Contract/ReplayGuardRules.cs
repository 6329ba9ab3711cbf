using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>What <see cref="ReplayGuardContract"/> and <see cref="ProtocolStoreContract"/> both ask for: a protocol store is a replay guard, and something else may be one in its place.</summary>
internal static class ReplayGuardRules
{
    public static async Task NewOnceAsync(IReplayGuard guard, IReplayGuard otherNode, string key, DateTimeOffset now, CancellationToken ct)
    {
        Assert.True(await guard.TryRememberAsync(key, now.AddMinutes(5), ct));
        Assert.False(await guard.TryRememberAsync(key, now.AddMinutes(5), ct));
        Assert.False(await otherNode.TryRememberAsync(key, now.AddMinutes(9), ct));
    }

    public static async Task ComparedByOrdinalAsync(IReplayGuard guard, string key, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var other in new[] { key, key.ToUpperInvariant(), key + " ", key[..^1] })
            Assert.True(await guard.TryRememberAsync(other, now.AddMinutes(5), ct));
    }
}
