using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Stores;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteClientStoreTests() : ClientStoreRules(() => TestDatabase.SqliteAsync());

public sealed class PostgreSqlClientStoreTests() : ClientStoreRules(() => TestDatabase.PostgreSqlAsync());

public abstract class ClientStoreRules : StoreRules<IClientStore>
{
    private protected ClientStoreRules(Func<Task<TestDatabase>> open) : base(open) { }

    [Fact]
    public async Task A_client_comes_back_whole()
    {
        var registered = new Client
        {
            Id = "notes",
            Name = "Notes ✎",
            TokenEndpointAuthMethod = "client_secret_post",
            GrantTypes = ["password", "refresh_token"],
            RedirectUris = ["https://app.example/cb?x=1"],
            Scope = "notes.read notes.write",
            ApplicationType = "native",
            RequirePkce = false,
            RequireConsent = false,
            ResourceServerFor = ["self"],
            Enabled = false,
            Secrets =
            [
                new("s1", "sha256", new byte[] { 1, 2, 3 }, Instant(1), null),
                new("s2", "pyramid-scrypt", new byte[] { 4 }, Instant(2), Instant(3)) { Salt = new byte[] { 9, 8 } },
            ],
            Other = new Dictionary<string, JsonElement> { ["contacts"] = JsonSerializer.SerializeToElement(new[] { "a@b.example" }) },
            CreatedAt = Instant(7),
        };
        Assert.True(await Store.TryCreateAsync(registered, Ct));

        var found = await Store.FindAsync("notes", Ct);

        Assert.NotNull(found);
        Assert.Equal(JsonSerializer.Serialize(registered), JsonSerializer.Serialize(found));
        Assert.Equal(registered.CreatedAt, found.CreatedAt);
        Assert.Equal(registered.Secrets.Select(Describe), found.Secrets.Select(Describe));
        Assert.Equal("a@b.example", found.Other!["contacts"][0].GetString());
    }

    [Fact]
    public void A_member_that_a_row_does_not_have_yet_gets_its_safe_default()
    {
        var stored = new ClientRow { Id = "old", Metadata = """{"client_id":"old","redirect_uris":["https://app.example/cb"]}""", Secrets = "[]" }.ToClient();
        Assert.Equivalent(new Client { Id = "old", RedirectUris = ["https://app.example/cb"], CreatedAt = DateTimeOffset.UnixEpoch }, stored, strict: true);
        Assert.True(stored.RequirePkce);
    }

    [Fact]
    public async Task An_unknown_client_is_null_and_ids_are_compared_by_ordinal()
    {
        Assert.True(await Store.TryCreateAsync(new Client { Id = "Notes" }, Ct));
        Assert.Null(await Store.FindAsync("notes", Ct));
        Assert.NotNull(await Store.FindAsync("Notes", Ct));
    }

    [Fact]
    public async Task An_id_is_given_once_however_many_ask()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await Store.TryCreateAsync(new Client { Id = "same", Name = $"{i}" }, Ct))));
        Assert.Single(wins, won => won);
    }

    [Fact]
    public async Task Updating_or_deleting_what_does_not_exist_says_so()
    {
        Assert.False(await Store.TryUpdateAsync(new Client { Id = "nobody" }, Ct));
        Assert.False(await Store.TryDeleteAsync("nobody", Ct));
    }

    [Fact]
    public async Task An_update_replaces_metadata_and_secrets()
    {
        await Store.TryCreateAsync(new Client { Id = "a", Name = "old", Secrets = [new("s", "sha256", new byte[] { 1 }, Instant(1), null)] }, Ct);
        Assert.True(await Store.TryUpdateAsync(new Client { Id = "a", Name = "new" }, Ct));
        var found = await Store.FindAsync("a", Ct);
        Assert.Equal("new", found!.Name);
        Assert.Empty(found.Secrets);
    }

    [Fact]
    public async Task Every_change_raises_the_version_and_nothing_else_does()
    {
        var versions = new List<long> { await Store.ReadVersionAsync(Ct) };
        await Store.TryCreateAsync(new Client { Id = "a" }, Ct);
        versions.Add(await Store.ReadVersionAsync(Ct));
        await Store.TryUpdateAsync(new Client { Id = "a", Name = "b" }, Ct);
        versions.Add(await Store.ReadVersionAsync(Ct));
        await Store.TryDeleteAsync("a", Ct);
        versions.Add(await Store.ReadVersionAsync(Ct));
        Assert.Equal(versions.Order().Distinct(), versions);

        await Store.TryDeleteAsync("a", Ct);
        await Store.TryUpdateAsync(new Client { Id = "a" }, Ct);
        await Store.FindAsync("a", Ct);
        Assert.Equal(versions[^1], await Store.ReadVersionAsync(Ct));
    }

    [Fact]
    public async Task Changes_at_once_each_raise_the_version()
    {
        var before = await Store.ReadVersionAsync(Ct);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await Store.TryCreateAsync(new Client { Id = $"c{i}" }, Ct))));
        Assert.Equal(before + 16, await Store.ReadVersionAsync(Ct));
    }

    [Fact]
    public async Task Clients_are_listed_by_ordinal_page_by_page()
    {
        string[] ids = ["B", "a", "Z", "_", "0"];
        foreach (var id in ids) await Store.TryCreateAsync(new Client { Id = id }, Ct);
        var listed = new List<string>();
        for (string? after = null; (await Store.ListAsync(after, 2, Ct)) is { Count: > 0 } page; after = page[^1].Id) listed.AddRange(page.Select(client => client.Id));
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed);
    }

    private static string Describe(ClientSecret secret) =>
        $"{secret.Id} {secret.Algorithm} {Convert.ToHexString(secret.Hash.Span)} {Convert.ToHexString(secret.Salt.Span)} {secret.CreatedAt:O} {secret.ExpiresAt:O}";

    private static DateTimeOffset Instant(int seconds) => DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000 + seconds);
}
