using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Storage;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

internal static class TestArtifacts
{
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public static Family NewFamily(string subject = "alice") => new(Guid.CreateVersion7(), "client", subject, Now, Now.AddDays(30));

    public static Artifact NewArtifact(Family family) =>
        new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9)), "refresh_token", family.Id, family.ClientId, family.Subject, RandomNumberGenerator.GetBytes(32), "{}", Now.AddDays(14));

    public static async Task<bool> IsFoundAsync(this IProtocolStore store, Artifact artifact) => await store.FindAsync(artifact.Id, TestContext.Current.CancellationToken) is not null;
}
