using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Stores;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class StoredClientTests
{
    [Fact]
    public void A_member_that_a_row_does_not_have_yet_gets_its_safe_default()
    {
        var stored = new ClientRow { Id = "old", Metadata = """{"client_id":"old","redirect_uris":["https://app.example/cb"]}""", Secrets = "[]" }.ToClient();
        Assert.Equivalent(new Client { Id = "old", RedirectUris = ["https://app.example/cb"], CreatedAt = DateTimeOffset.UnixEpoch }, stored, strict: true);
        Assert.True(stored.RequirePkce);
    }
}
