using System.Text.Json;
using Gatehouse.Clients;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IClientStore"/>.</summary>
public abstract class ClientStoreContract : StoreContract<IClientStore>
{
    /// <summary>Every member survives, also those that we do not know.</summary>
    [Fact]
    public async Task A_client_is_found_as_it_was_registered()
    {
        var client = NewClient() with
        {
            Name = "Zoë's <b>notes</b> 😀",
            TokenEndpointAuthMethod = "client_secret_post",
            GrantTypes = ["authorization_code", "refresh_token"],
            RedirectUris = ["https://app.example/cb?x=1&y=%20", "http://127.0.0.1/cb"],
            Scope = "notes.read notes.write",
            ApplicationType = "native",
            RequirePkce = false,
            RequireConsent = false,
            ResourceServerFor = ["self", "https://api.example"],
            Enabled = false,
            Secrets = [NewSecret("one"), NewSecret("two") with { Algorithm = "pyramid-scrypt", Salt = new byte[] { 7, 0, 7 }, ExpiresAt = Now.AddMilliseconds(1) }],
            ResponseModes = ["query"],
            SubjectType = "pairwise",
            SectorIdentifierUri = "https://app.example/sector",
            Jwks = JsonElement.Parse("""{ "keys": [{ "kty": "EC", "note": "é😀" }] }"""),
            JwksUri = "https://app.example/jwks",
            IdTokenSignedResponseAlg = "RS256",
            IdTokenEncryptedResponseAlg = "RSA-OAEP",
            IdTokenEncryptedResponseEnc = "A256CBC-HS512",
            UserinfoSignedResponseAlg = "PS256",
            UserinfoEncryptedResponseAlg = "RSA-OAEP",
            UserinfoEncryptedResponseEnc = "A128CBC-HS256",
            RequestObjectSigningAlg = "none",
            RequestUris = ["https://app.example/request#x"],
            DefaultMaxAge = 0,
            RequireAuthTime = true,
            DefaultAcrValues = ["silver"],
            InitiateLoginUri = "https://app.example/login",
            PostLogoutRedirectUris = ["https://app.example/bye"],
            FrontchannelLogoutUri = "https://app.example/out",
            FrontchannelLogoutSessionRequired = true,
            BackchannelLogoutUri = "https://app.example/gone",
            BackchannelLogoutSessionRequired = true,
            ClientUri = "https://app.example",
            LogoUri = "https://app.example/logo.png",
            PolicyUri = "https://app.example/policy",
            TosUri = "https://app.example/terms",
            Contacts = ["a@example.org"],
            SoftwareId = "4",
            SoftwareVersion = "2",
            Registration = new("token", new byte[] { 0, 1, 255 }, "anybody at ::1"),
            UnusedUntil = Now.AddDays(7),
            Other = new Dictionary<string, JsonElement> { ["client_name#de"] = JsonElement.Parse("\"Zoës Notizen\""), ["x"] = JsonElement.Parse("""[1, { "y": null }]""") },
        };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        AssertSame(client, await Store.FindAsync(client.Id, Ct));
        AssertSame(client, await OtherNode.FindAsync(client.Id, Ct));
    }

    /// <summary>What was left out is found with the safe defaults.</summary>
    [Fact]
    public async Task A_client_with_nothing_but_its_id_is_found_with_the_defaults()
    {
        var client = NewClient();
        Assert.True(await Store.TryCreateAsync(client, Ct));
        AssertSame(client, await OtherNode.FindAsync(client.Id, Ct));
    }

    /// <summary>Ids are compared by ordinal: another spelling is another client.</summary>
    [Fact]
    public async Task An_id_in_other_letters_is_another_client()
    {
        var client = NewClient();
        Assert.True(await Store.TryCreateAsync(client, Ct));
        foreach (var other in new[] { client.Id.ToUpperInvariant(), client.Id + " ", client.Id[..^1], "" })
            Assert.Null(await Store.FindAsync(other, Ct));
        Assert.True(await Store.TryCreateAsync(client with { Id = client.Id.ToUpperInvariant() }, Ct));
    }

    /// <summary>A second registration takes nothing over, its secrets least of all.</summary>
    [Fact]
    public async Task An_id_that_is_taken_is_refused_and_the_client_stays_as_it_was()
    {
        var client = NewClient() with { Secrets = [NewSecret("one")] };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        Assert.False(await OtherNode.TryCreateAsync(client with { Name = "mallory", Secrets = [NewSecret("two")] }, Ct));
        AssertSame(client, await Store.FindAsync(client.Id, Ct));
    }

    /// <summary>Two registrations in the same instant: one of them happened.</summary>
    [Fact]
    public async Task An_id_is_taken_once_however_many_want_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var client = NewClient();
            var won = await RaceAsync(async caller => await NodeOf(caller).TryCreateAsync(client with { Name = $"{caller}", Secrets = [NewSecret($"{caller}")] }, Ct));
            Assert.Single(won, true);
            var found = await Store.FindAsync(client.Id, Ct);
            Assert.Equal($"{Array.IndexOf(won, true)}", found?.Name);
            Assert.Equal(found?.Name, Assert.Single(found!.Secrets).Id);
        }
    }

    /// <summary>A secret that was taken away must not open anything any more.</summary>
    [Fact]
    public async Task Updating_replaces_the_client_and_all_of_its_secrets()
    {
        var client = NewClient() with { Name = "before", Secrets = [NewSecret("one"), NewSecret("two")] };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        var updated = client with { Name = null, Scope = "notes.read", Enabled = false, Secrets = [client.Secrets[1] with { ExpiresAt = Now.AddDays(1) }, NewSecret("three")] };
        Assert.True(await OtherNode.TryUpdateAsync(updated, Ct));
        AssertSame(updated, await Store.FindAsync(client.Id, Ct));
        Assert.True(await Store.TryUpdateAsync(updated with { Secrets = [] }, Ct));
        AssertSame(updated with { Secrets = [] }, await OtherNode.FindAsync(client.Id, Ct));
    }

    /// <summary>An update never registers.</summary>
    [Fact]
    public async Task Updating_an_unknown_client_is_refused_and_creates_none()
    {
        var client = NewClient();
        Assert.False(await Store.TryUpdateAsync(client, Ct));
        Assert.Null(await Store.FindAsync(client.Id, Ct));
    }

    /// <summary>A client that is registered again under the same id has none of the old secrets.</summary>
    [Fact]
    public async Task A_deleted_client_is_gone_with_its_secrets()
    {
        var client = NewClient() with { Secrets = [NewSecret("one")] };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        Assert.True(await OtherNode.TryDeleteAsync(client.Id, Ct));
        Assert.Null(await Store.FindAsync(client.Id, Ct));
        Assert.False(await Store.TryDeleteAsync(client.Id, Ct));
        Assert.True(await Store.TryCreateAsync(client with { Secrets = [] }, Ct));
        Assert.Empty((await Store.FindAsync(client.Id, Ct))!.Secrets);
    }

    /// <summary>Page by page, in ordinal order, each client once: a page that is sorted by another rule than it is cut by loses some.</summary>
    [Fact]
    public async Task Clients_are_listed_in_ordinal_order_page_by_page()
    {
        var prefix = NewName("client") + ":";
        string[] ids = [.. new[] { "b", "B", "a", "A", "-", "_", "é", "1", "10", "2" }.Select(tail => prefix + tail)];
        foreach (var id in ids) Assert.True(await Store.TryCreateAsync(NewClient() with { Id = id, Secrets = [NewSecret("one")] }, Ct));

        var listed = new List<string>();
        var after = prefix;
        while (listed.Count < ids.Length)
        {
            var page = await Store.ListAsync(after, 3, Ct);
            Assert.InRange(page.Count, 1, 3);
            Assert.All(page.Where(client => client.Id.StartsWith(prefix, StringComparison.Ordinal)), client => Assert.Single(client.Secrets));
            listed.AddRange(page.Select(client => client.Id));
            after = page[^1].Id;
        }
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed.Take(ids.Length));
        Assert.Equal((await Store.ListAsync(null, 1000, Ct)).Select(client => client.Id).Order(StringComparer.Ordinal), (await OtherNode.ListAsync(null, 1000, Ct)).Select(client => client.Id));
    }

    /// <summary>Else a client that goes on changing its metadata, and nothing else, would stay for ever.</summary>
    [Fact]
    public async Task Updating_neither_renews_a_client_nor_counts_as_use()
    {
        var client = NewClient() with { UnusedUntil = Now.AddDays(1), Registration = new("one", new byte[] { 1 }, "a") };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        var updated = client with { Name = "new", Registration = new("two", new byte[] { 2 }, "b") };
        Assert.True(await OtherNode.TryUpdateAsync(updated with { UnusedUntil = null, CreatedAt = Now.AddDays(9) }, Ct));
        AssertSame(updated, await Store.FindAsync(client.Id, Ct));
    }

    /// <summary>The first token of a client keeps it; every later one costs no change.</summary>
    [Fact]
    public async Task A_client_that_was_used_once_stays()
    {
        var client = NewClient() with { UnusedUntil = Now.AddDays(1) };
        Assert.True(await Store.TryCreateAsync(client, Ct));
        var before = await Store.ReadVersionAsync(Ct);
        await OtherNode.MarkUsedAsync(client.Id, Ct);
        var after = await Store.ReadVersionAsync(Ct);
        await Store.MarkUsedAsync(client.Id, Ct);
        await Store.MarkUsedAsync(NewName("client"), Ct);
        Assert.Equal((true, after), (after > before, await Store.ReadVersionAsync(Ct)));
        AssertSame(client with { UnusedUntil = null }, await Store.FindAsync(client.Id, Ct));
        await Store.SweepUnusedAsync(Now.AddDays(2), 1000, Ct);
        Assert.NotNull(await Store.FindAsync(client.Id, Ct));
    }

    /// <summary>Only those whose time has passed, a batch at a time, and never one that an operator registered.</summary>
    [Fact]
    public async Task Clients_that_were_never_used_are_swept_when_their_time_has_passed()
    {
        var (kept, late) = (NewClient(), NewClient() with { UnusedUntil = Now.AddDays(3) });
        Client[] unused = [.. Enumerable.Range(0, 3).Select(i => NewClient() with { UnusedUntil = Now.AddDays(-1).AddSeconds(i) })];
        foreach (var client in unused.Append(kept).Append(late)) Assert.True(await Store.TryCreateAsync(client, Ct));
        var before = await Store.ReadVersionAsync(Ct);
        var removed = 0;
        for (int batch; (batch = await OtherNode.SweepUnusedAsync(Now, 2, Ct)) > 0; removed += batch) Assert.InRange(batch, 1, 2);
        Assert.True(removed >= 3 && await Store.ReadVersionAsync(Ct) > before);
        foreach (var client in unused) Assert.Null(await Store.FindAsync(client.Id, Ct));
        Assert.NotNull(await Store.FindAsync(kept.Id, Ct));
        Assert.NotNull(await Store.FindAsync(late.Id, Ct));
        var swept = await Store.ReadVersionAsync(Ct);
        Assert.Equal(0, await Store.SweepUnusedAsync(Now, 2, Ct));
        Assert.Equal(swept, await Store.ReadVersionAsync(Ct));
    }

    /// <summary>Every node must notice that a client was disabled or lost a secret.</summary>
    [Fact]
    public async Task The_version_grows_with_every_change_and_with_nothing_else()
    {
        var client = NewClient();
        var version = await Store.ReadVersionAsync(Ct);
        async Task GrowsAsync(bool grows)
        {
            var now = await OtherNode.ReadVersionAsync(Ct);
            Assert.Equal(grows, now > version);
            Assert.Equal(now, await Store.ReadVersionAsync(Ct));
            version = now;
        }

        Assert.True(await Store.TryCreateAsync(client, Ct));
        await GrowsAsync(true);
        Assert.True(await Store.TryUpdateAsync(client with { Secrets = [NewSecret("one")] }, Ct));
        await GrowsAsync(true);
        await Store.FindAsync(client.Id, Ct);
        await Store.ListAsync(null, 10, Ct);
        await GrowsAsync(false);
        Assert.True(await Store.TryDeleteAsync(client.Id, Ct));
        await GrowsAsync(true);
    }

    /// <summary>Two changes at once are two versions: else a node that polls between them never sees the second.</summary>
    [Fact]
    public async Task Changes_at_the_same_time_each_have_a_version_of_their_own()
    {
        var before = await Store.ReadVersionAsync(Ct);
        var seen = await RaceAsync(async caller =>
        {
            var read = await NodeOf(caller).ReadVersionAsync(Ct);
            Assert.True(await NodeOf(caller).TryCreateAsync(NewClient(), Ct));
            return (Before: read, After: await NodeOf(caller + 1).ReadVersionAsync(Ct));
        });
        Assert.All(seen, version => Assert.True(version.After > version.Before));
        Assert.True(await Store.ReadVersionAsync(Ct) >= before + Callers);
    }

    private Client NewClient() => new() { Id = NewName("client"), CreatedAt = Now };

    private ClientSecret NewSecret(string id) => new(id, "sha256", new byte[] { 1, 2, 0, 255 }, Now, null);

    private static void AssertSame(Client expected, Client? actual)
    {
        Assert.NotNull(actual);
        // Member by member, in whatever order the store keeps those that it does not know.
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(expected), JsonSerializer.SerializeToElement(actual)), JsonSerializer.Serialize(actual));
        Assert.Equal((expected.CreatedAt, expected.UnusedUntil), (actual.CreatedAt, actual.UnusedUntil));
        Assert.Equal(DescribeRegistration(expected), DescribeRegistration(actual));
        Assert.Equal(Describe(expected), Describe(actual));

        static object? DescribeRegistration(Client client) =>
            client.Registration is { } registration ? (registration.TokenId, Convert.ToHexString(registration.TokenHash.Span), registration.RegisteredBy) : null;

        static IEnumerable<object?> Describe(Client client) => client.Secrets.OrderBy(secret => secret.Id, StringComparer.Ordinal)
            .Select(secret => (secret.Id, secret.Algorithm, Convert.ToHexString(secret.Hash.Span), Convert.ToHexString(secret.Salt.Span), secret.CreatedAt, secret.ExpiresAt)).Cast<object?>();
    }
}
