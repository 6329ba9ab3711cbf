using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Tokens;

/// <summary>What this process saw a moment ago: not longer than it may, and not a moment after a revocation here.</summary>
public sealed class AccessTokenCacheTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_is_off_unless_it_was_switched_on()
    {
        var cache = NewCache(TimeSpan.Zero);
        cache.Add(Token(), Now);

        Assert.Null(cache.Find("token", Now));
    }

    [Theory, InlineData(29_999, true), InlineData(30_000, false)]
    public void It_forgets_on_the_clock(int milliseconds, bool known)
    {
        var cache = NewCache(TimeSpan.FromSeconds(30));
        cache.Add(Token(), Now);

        Assert.Equal(known, cache.Find("token", Now.AddMilliseconds(milliseconds)) is not null);
    }

    [Fact]
    [Trait("SR", "SR-199")]
    public void What_was_read_before_a_revocation_and_comes_after_it_is_not_kept()
    {
        var (cache, token) = (NewCache(TimeSpan.FromSeconds(30)), Token());
        cache.ForgetFamily(token.FamilyId!.Value, Now);

        cache.Add(token, Now);

        Assert.Null(cache.Find("token", Now));
    }

    [Fact]
    [Trait("SR", "SR-200")]
    public async Task A_cached_token_is_proven_by_its_secret_all_the_same()
    {
        await using var provider = await TestProvider.StartAsync(options => options.AccessTokenCacheLifetime = TimeSpan.FromSeconds(30));
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

    private static AccessTokenCache NewCache(TimeSpan lifetime) => new(Options.Create(new GatehouseOptions { AccessTokenCacheLifetime = lifetime }));

    private static AccessToken Token() => new("token", new Client { Id = "app" }, "1", Scopes.None, null, Now, Now.AddHours(1), Guid.CreateVersion7());
}
