using Gatehouse.Authorize;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteConsentStoreTests() : ConsentStoreRules(() => TestDatabase.SqliteAsync());

public sealed class PostgreSqlConsentStoreTests() : ConsentStoreRules(() => TestDatabase.PostgreSqlAsync());

public abstract class ConsentStoreRules : StoreRules<IConsentStore>
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000);

    private protected ConsentStoreRules(Func<Task<TestDatabase>> open) : base(open) { }

    [Fact]
    public async Task What_was_allowed_is_remembered_per_user_and_client()
    {
        await Store.SaveAsync(new("alice", "notes", "notes.read", Noon), Ct);
        Assert.Equal(new("alice", "notes", "notes.read", Noon), await Store.FindAsync("alice", "notes", Ct));
        Assert.Null(await Store.FindAsync("alice", "other", Ct));
        Assert.Null(await Store.FindAsync("bob", "notes", Ct));
    }

    [Fact]
    public async Task Allowing_again_replaces_what_was_allowed()
    {
        await Store.SaveAsync(new("alice", "notes", "notes.read", Noon), Ct);
        await Store.SaveAsync(new("alice", "notes", "notes.read notes.write", Noon.AddDays(1)), Ct);
        Assert.Equal(new("alice", "notes", "notes.read notes.write", Noon.AddDays(1)), Assert.Single(await Store.ListAsync("alice", Ct)));
    }

    [Fact]
    public async Task Two_tabs_that_allow_at_once_both_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await Store.SaveAsync(new("alice", "notes", $"s{i}", Noon), Ct))));
        Assert.Single(await Store.ListAsync("alice", Ct));
    }

    [Fact]
    public async Task Forgetting_forgets_one_client_only()
    {
        await Store.SaveAsync(new("alice", "a", "x", Noon), Ct);
        await Store.SaveAsync(new("alice", "b", "x", Noon), Ct);
        await Store.DeleteAsync("alice", "a", Ct);
        await Store.DeleteAsync("alice", "never there", Ct);
        Assert.Equal("b", Assert.Single(await Store.ListAsync("alice", Ct)).ClientId);
    }
}
