using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Gatehouse.Testing;
using Gatehouse.Throttling;

namespace Gatehouse.Redis.Tests;

/// <summary>A Redis that is there, and two nodes on it.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    internal RedisNodes Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Nodes = new((await RedisServerProcess.SharedAsync()).ConnectionString);

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}

/// <summary>A cluster of one server, which holds commands to the rules of many: keys that are used together must lie together.</summary>
public sealed class ClusteredRedis : IAsyncLifetime
{
    internal RedisNodes Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Nodes = new((await RedisServerProcess.SharedClusterAsync()).ConnectionString);

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}

public sealed class RedisReplayGuardTests(SharedRedis redis) : ReplayGuardContract, IClassFixture<SharedRedis>
{
    protected override ValueTask<IReplayGuard> CreateAsync() => new(redis.Nodes.Node<IReplayGuard>());

    protected override ValueTask<IReplayGuard> CreateOtherNodeAsync(IReplayGuard store) => new(redis.Nodes.OtherNode<IReplayGuard>());
}

public sealed class RedisAttemptStoreTests(SharedRedis redis) : AttemptStoreContract, IClassFixture<SharedRedis>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(redis.Nodes.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(redis.Nodes.OtherNode<IAttemptStore>());
}

public sealed class ClusteredReplayGuardTests(ClusteredRedis redis) : ReplayGuardContract, IClassFixture<ClusteredRedis>
{
    protected override ValueTask<IReplayGuard> CreateAsync() => new(redis.Nodes.Node<IReplayGuard>());

    protected override ValueTask<IReplayGuard> CreateOtherNodeAsync(IReplayGuard store) => new(redis.Nodes.OtherNode<IReplayGuard>());
}

public sealed class ClusteredAttemptStoreTests(ClusteredRedis redis) : AttemptStoreContract, IClassFixture<ClusteredRedis>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(redis.Nodes.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(redis.Nodes.OtherNode<IAttemptStore>());
}
