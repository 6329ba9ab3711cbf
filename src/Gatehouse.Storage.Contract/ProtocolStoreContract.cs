using System.Buffers.Text;
using System.Security.Cryptography;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>
/// The rules of <see cref="IProtocolStore"/>. A store that breaks one of them hands out two tokens for one code, or forgets a revocation, on some day with enough
/// traffic; each rule says which.
/// </summary>
/// <example>
/// <code>
/// public sealed class MyStoreTests : ProtocolStoreContract
/// {
///     protected override ValueTask&lt;IProtocolStore&gt; CreateAsync() => new(new MyStore("…"));
///     protected override ValueTask&lt;IProtocolStore&gt; CreateOtherNodeAsync(IProtocolStore store) => new(new MyStore("…"));
/// }
/// </code>
/// </example>
public abstract partial class ProtocolStoreContract : StoreContract<IProtocolStore>
{
    private protected Family NewFamily(string? subject = "alice", string clientId = "client") =>
        new(Guid.CreateVersion7(), clientId, subject, Now, Now.AddDays(30));

    private protected Artifact NewArtifact(Family family, string payload = "{}", DateTimeOffset? expiresAt = null) =>
        new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9)), "refresh_token", family.Id, family.ClientId, family.Subject,
            RandomNumberGenerator.GetBytes(32), payload, expiresAt ?? Now.AddDays(14));

    /// <summary>A family with one artifact, and the artifact as the store returns it.</summary>
    private protected async Task<(Family Family, Artifact Artifact)> StartedAsync(string? subject = "alice", string clientId = "client", DateTimeOffset? expiresAt = null)
    {
        var family = NewFamily(subject, clientId);
        var artifact = NewArtifact(family, expiresAt: expiresAt);
        await Store.StartAsync(family, [artifact], Ct);
        return (family, await FoundAsync(artifact.Id));
    }

    private protected async Task<Artifact> FoundAsync(string id)
    {
        var artifact = await Store.FindAsync(id, Ct);
        Assert.NotNull(artifact);
        return artifact;
    }

    /// <summary>On both nodes: a cache on one of them must not hide what happened on the other.</summary>
    private protected async Task AssertNotFoundAsync(params IEnumerable<Artifact> artifacts)
    {
        foreach (var artifact in artifacts)
        {
            Assert.Null(await Store.FindAsync(artifact.Id, Ct));
            Assert.Null(await OtherNode.FindAsync(artifact.Id, Ct));
        }
    }

    /// <summary>Member by member: a record compares memory by where it is, not by what it holds.</summary>
    private protected static void AssertSame(Artifact expected, Artifact? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.SecretHash.ToArray(), actual.SecretHash.ToArray());
        Assert.Equal(expected.Receipt?.ToArray(), actual.Receipt?.ToArray());
        Assert.Equal(expected with { SecretHash = default, Receipt = null }, actual with { SecretHash = default, Receipt = null });
    }
}
