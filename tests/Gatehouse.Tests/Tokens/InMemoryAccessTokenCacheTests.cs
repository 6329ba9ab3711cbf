using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Tokens;

/// <summary>What this process saw a moment ago: not longer than it may by any clock, and not a moment after it hears of a revocation.</summary>
public sealed class InMemoryAccessTokenCacheTests : IDisposable
{
    private readonly TwoClocks clock = new();
    private readonly StoreChanges changes = new();
    private readonly InMemoryAccessTokenCache cache;
    private readonly StoredAccessToken token;

    public InMemoryAccessTokenCacheTests()
    {
        cache = new(Options.Create(new GatehouseOptions { CacheAccessTokens = true }), changes, clock);
        token = Token("token");
    }

    private Moment Now => Moment.Now(clock);

    [Fact]
    [Trait("SR", "SR-199")]
    public async Task It_is_off_unless_it_was_switched_on()
    {
        var off = new InMemoryAccessTokenCache(Options.Create(new GatehouseOptions()), changes, clock);
        off.Keep(token, new(null, Now));

        Assert.False(off.IsOn);
        Assert.Null((await off.FindAsync("token", TestContext.Current.CancellationToken)).Found);
    }

    /// <summary>Suspended: the machine's clock stands. Set back: the wall clock says that nothing is old. Set forward: that everything is.</summary>
    [Theory]
    [InlineData(4_999, 4_999, true)]
    [InlineData(5_000, 5_000, false)]
    [InlineData(5_000, 0, false)]
    [InlineData(0, 5_000, false)]
    [InlineData(-60_000, 1, false)]
    [InlineData(60_000, 1, false)]
    [Trait("SR", "SR-199")]
    public async Task It_forgets_after_five_seconds_by_whichever_clock_says_so(int wall, int machine, bool known)
    {
        cache.Keep(token, new(null, Now));

        clock.Advance(wall, machine);

        Assert.Equal(known, await FindAsync("token") is not null);
    }

    [Theory, InlineData("family"), InlineData("token"), InlineData("user"), InlineData("many"), InlineData("everything")]
    [Trait("SR", "SR-199")]
    public async Task What_another_node_revoked_is_forgotten_when_this_one_hears_of_it(string heard)
    {
        cache.Keep(token, new(null, Now));
        clock.Advance(1, 1);
        Assert.NotNull(await FindAsync("token"));

        Hear(heard);

        Assert.Null(await FindAsync("token"));
    }

    [Theory, InlineData("family"), InlineData("token"), InlineData("user"), InlineData("many"), InlineData("everything")]
    [Trait("SR", "SR-199")]
    public async Task What_was_read_before_a_revocation_and_comes_after_it_is_not_kept(string heard)
    {
        var before = Now;
        clock.Advance(1, 1);
        Hear(heard);
        clock.Advance(1, 1);

        cache.Keep(token, new(null, before));
        Assert.Null(await FindAsync("token"));

        // What is read afterwards is as the store has it.
        cache.Keep(token, new(null, Now));
        Assert.NotNull(await FindAsync("token"));
    }

    [Fact]
    public async Task A_revocation_ends_nothing_else()
    {
        cache.Keep(token, new(null, Now));
        cache.Keep(Token("other"), new(null, Now));
        clock.Advance(1, 1);

        changes.FamilyEnded(token.Artifact.FamilyId);
        changes.TokenEnded("third");
        changes.SubjectEnded("2");
        changes.SessionEnded("any");

        Assert.Null(await FindAsync("token"));
        Assert.NotNull(await FindAsync("other"));
    }

    [Fact]
    [Trait("SR", "SR-200")]
    public async Task A_cached_token_is_proven_by_its_secret_all_the_same()
    {
        await using var provider = await TestProvider.StartAsync(options => options.CacheAccessTokens = true);
        var client = await provider.AddClientAsync();
        var token = (await client.PasswordAsync()).AccessToken;
        Assert.True(await client.IsActiveAsync(token));

        // The same public half with another secret half, and a checksum that fits.
        var other = Handle.New("gta_").Reveal();
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(token[4..16] + other[16..]);
        var forged = Handle.Of("gta_", bytes.AsSpan(0, 9), bytes.AsSpan(9, 32)).Reveal();

        Assert.NotNull(Handle.TryParse("gta_", forged));
        Assert.False(await client.IsActiveAsync(forged));
    }

    public void Dispose() => changes.Dispose();

    private void Hear(string what)
    {
        if (what == "family") changes.FamilyEnded(token.Artifact.FamilyId);
        else if (what == "token") changes.TokenEnded(token.Artifact.Id);
        else if (what == "user") changes.SubjectEnded(token.Artifact.Subject!);
        else if (what == "many") changes.FamiliesEnded();
        else changes.Everything();
    }

    private async Task<StoredAccessToken?> FindAsync(string id) => (await cache.FindAsync(id, TestContext.Current.CancellationToken)).Found;

    private StoredAccessToken Token(string id) => new(new(id, "access_token", Guid.CreateVersion7(), "app", "1", new byte[32], """{"scope":"","iat":0}""", Now.Wall.AddHours(1)));

    private sealed class TwoClocks : TimeProvider
    {
        private DateTimeOffset wall = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        private long machine = 1;

        public override long TimestampFrequency => 1000;

        /// <summary>In milliseconds.</summary>
        public void Advance(int wall, int machine)
        {
            this.wall += TimeSpan.FromMilliseconds(wall);
            this.machine += machine;
        }

        public override DateTimeOffset GetUtcNow() => wall;

        public override long GetTimestamp() => machine;
    }
}
