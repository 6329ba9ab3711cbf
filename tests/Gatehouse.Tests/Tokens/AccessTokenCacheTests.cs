using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Tokens;

/// <summary>What this process saw a moment ago: not longer than it may by any clock, and not a moment after it hears of a revocation.</summary>
public sealed class AccessTokenCacheTests : IDisposable
{
    private readonly TwoClocks clock = new();
    private readonly StoreChanges changes = new();
    private readonly AccessTokenCache cache;
    private readonly AccessToken token;

    public AccessTokenCacheTests()
    {
        cache = new(Options.Create(new GatehouseOptions { CacheAccessTokens = true }), changes, clock);
        token = Token("token");
    }

    private Moment Now => Moment.Now(clock);

    [Fact]
    [Trait("SR", "SR-199")]
    public void It_is_off_unless_it_was_switched_on()
    {
        var off = new AccessTokenCache(Options.Create(new GatehouseOptions()), changes, clock);
        off.Add(token, Now);

        Assert.False(off.IsOn);
        Assert.Null(off.Find("token", Now));
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
    public void It_forgets_after_five_seconds_by_whichever_clock_says_so(int wall, int machine, bool known)
    {
        cache.Add(token, Now);

        clock.Advance(wall, machine);

        Assert.Equal(known, cache.Find("token", Now) is not null);
    }

    [Theory, InlineData("family"), InlineData("token"), InlineData("session"), InlineData("many"), InlineData("everything")]
    [Trait("SR", "SR-199")]
    public void What_another_node_revoked_is_forgotten_when_this_one_hears_of_it(string heard)
    {
        cache.Add(token, Now);
        clock.Advance(1, 1);
        Assert.NotNull(cache.Find("token", Now));

        Hear(heard);

        Assert.Null(cache.Find("token", Now));
    }

    [Theory, InlineData("family"), InlineData("token"), InlineData("session"), InlineData("many"), InlineData("everything")]
    [Trait("SR", "SR-199")]
    public void What_was_read_before_a_revocation_and_comes_after_it_is_not_kept(string heard)
    {
        var before = Now;
        clock.Advance(1, 1);
        Hear(heard);
        clock.Advance(1, 1);

        cache.Add(token, before);
        Assert.Null(cache.Find("token", Now));

        // What is read afterwards is as the store has it.
        cache.Add(token, Now);
        Assert.NotNull(cache.Find("token", Now));
    }

    [Fact]
    public void A_revocation_ends_nothing_else()
    {
        cache.Add(token, Now);
        cache.Add(Token("other"), Now);
        clock.Advance(1, 1);

        changes.FamilyEnded(token.FamilyId!.Value);
        changes.TokenEnded("third");

        Assert.Null(cache.Find("token", Now));
        Assert.NotNull(cache.Find("other", Now));
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
        if (what == "family") changes.FamilyEnded(token.FamilyId!.Value);
        else if (what == "token") changes.TokenEnded(token.Id);
        else if (what == "session") changes.SessionEnded("any");
        else if (what == "many") changes.FamiliesEnded();
        else changes.Everything();
    }

    private AccessToken Token(string id) => new(id, new Client { Id = "app" }, "1", Scopes.None, null, Now.Wall, Now.Wall.AddHours(1), Guid.CreateVersion7());

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
