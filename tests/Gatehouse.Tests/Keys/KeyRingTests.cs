using System.Text;
using Gatehouse.Keys;
using Gatehouse.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>One key for all nodes.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly InMemoryKeyStore store = new();
    private readonly RecordingLoggerProvider logs = new();
    private readonly List<KeyNode> nodes = [];

    [Fact]
    public async Task Nodes_that_start_together_sign_with_one_key()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => NewNode().SignerAsync())));

        Assert.Single(all.Distinct());
        Assert.Single(await store.ListAsync(Ct));
        Assert.Single(logs.Lines, line => line.Event.Id == 1201);
    }

    [Fact]
    public async Task A_key_survives_a_restart()
    {
        var before = (await NewNode().Keys.GetAsync(Ct)).Current;
        var after = (await NewNode().Keys.GetAsync(Ct)).Current;

        Assert.Equal(before.Id, after.Id);
        var signature = new byte[before.SignatureLength];
        before.Sign("data"u8, signature);
        Assert.True(after.Verify("data"u8, signature));
        Assert.False(after.Verify("Data"u8, signature));
    }

    [Fact]
    public async Task One_key_signs_for_many_threads()
    {
        var key = (await NewNode().Keys.GetAsync(Ct)).Current;

        var ok = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() =>
        {
            var (data, signature) = (Encoding.UTF8.GetBytes($"data {i}"), new byte[64]);
            key.Sign(data, signature);
            return key.Verify(data, signature);
        })));

        Assert.All(ok, Assert.True);
    }

    [Fact]
    public async Task An_algorithm_that_is_not_ours_is_no_key() =>
        await Assert.ThrowsAsync<System.Security.Cryptography.CryptographicException>(async () => await NewNode().Keys.GetAsync("HS256", Ct));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private KeyNode NewNode()
    {
        var node = new KeyNode(store, logs: logs);
        lock (nodes) nodes.Add(node);
        return node;
    }

    public void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        logs.Dispose();
    }
}
