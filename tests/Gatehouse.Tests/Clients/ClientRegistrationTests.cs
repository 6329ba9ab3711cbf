using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Clients;

public sealed class ClientRegistrationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait(Rule.Requirement, "SR-172")]
    public void A_generated_id_is_no_URL_and_never_the_same_twice()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => ClientRegistration.NewId()).ToHashSet();

        Assert.Equal(100, ids.Count);
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-048")]
    [Trait(Rule.Requirement, "SR-069")]
    public void A_secret_is_stored_as_its_hash_only()
    {
        var secret = ClientRegistration.NewSecret(Now, Now.AddDays(90));

        Assert.StartsWith("gts_", secret.Reveal, StringComparison.Ordinal);
        Assert.Equal(64, secret.Reveal.Length);
        Assert.Equal("sha256", secret.Stored.Algorithm);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal)), secret.Stored.Hash.ToArray());
        Assert.Equal(Handle.TryParse("gts_", secret.Reveal)!.Id, secret.Stored.Id);
        Assert.Equal((Now, Now.AddDays(90)), (secret.Stored.CreatedAt, secret.Stored.ExpiresAt!.Value));
        Assert.DoesNotContain(secret.Reveal[20..], secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_come_and_go_one_by_one()
    {
        var (first, second) = (ClientRegistration.NewSecret(Now, null).Stored, ClientRegistration.NewSecret(Now, null).Stored);
        var client = ClientRegistration.WithSecret(ClientRegistration.WithSecret(new Client { Id = "demo" }, first), second);

        Assert.Equal([second], ClientRegistration.WithoutSecret(client, first.Id)!.Secrets);
        Assert.Null(ClientRegistration.WithoutSecret(client, "unknown"));
    }
}
