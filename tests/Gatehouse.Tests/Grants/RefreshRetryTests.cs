using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Grants;

/// <summary>A client that lost its answer gets it again; anybody else who shows a spent token ends the family.</summary>
public sealed class RefreshRetryTests
{
    [Fact]
    public async Task A_lost_answer_is_given_again_byte_for_byte_until_its_window_ends()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        foreach (var seconds in new[] { 0, 30, 30 })
        {
            provider.Clock.Advance(TimeSpan.FromSeconds(seconds));
            var again = await client.RefreshAsync(first.RefreshToken);
            Assert.Equal((200, second.Body, second.ContentType), (again.Status, again.Body, again.ContentType));
            Assert.True(again.Headers.CacheControl?.NoStore);
        }
        Assert.True(await client.IsActiveAsync(second.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(second.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-061")]
    public async Task After_the_window_it_is_a_replay()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        provider.Clock.Advance(TimeSpan.FromSeconds(60) + TimeSpan.FromMilliseconds(1));

        await EndsTheFamilyAsync(client, first, second);
    }

    [Theory, InlineData("scope", "notes.read"), InlineData("user_id", "1"), InlineData("resource", TestProvider.Issuer)]
    [Trait("SR", "SR-061")]
    public async Task With_other_parameters_it_is_a_replay(string name, string value)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        await EndsTheFamilyAsync(client, first, second, (name, value));
    }

    [Fact]
    [Trait("SR", "SR-064")]
    public async Task Another_client_gets_nothing_and_ends_nothing()
    {
        await using var provider = await TestProvider.StartAsync();
        var (client, other) = (await provider.AddClientAsync(), await provider.AddClientAsync("other"));
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        (await other.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");

        Assert.Equal(200, (await client.RefreshAsync(second.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_disabled_user_is_not_answered_again()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        await client.RefreshAsync(first.RefreshToken);

        provider.Users.Inactive.Add("1");

        (await client.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-061")]
    public async Task A_window_of_zero_is_strict()
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenRetryWindow = TimeSpan.Zero);
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        await EndsTheFamilyAsync(client, first, second);
    }

    [Fact]
    public async Task An_answer_lost_at_the_very_end_of_a_token_is_given_again_after_it()
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenIdleLifetime = TimeSpan.FromHours(1));
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        provider.Clock.Advance(TimeSpan.FromSeconds(3_595));
        var second = await client.RefreshAsync(first.RefreshToken);
        provider.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(second.Body, (await client.RefreshAsync(first.RefreshToken)).Body);
    }

    [Theory, InlineData(60, 1), InlineData(0, 0)]
    [Trait("SR", "SR-062")]
    public async Task A_thousand_concurrent_refreshes_leave_one_live_descendant(int window, int live)
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenRetryWindow = TimeSpan.FromSeconds(window));
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(() => client.RefreshAsync(first.RefreshToken))));

        var won = answers.Where(answer => answer.Status == 200).Select(answer => answer.Body).ToList();
        Assert.Single(won.Distinct());
        Assert.Equal(window > 0 ? 1_000 : 1, won.Count);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(400, "invalid_grant"));
        var descendants = await Task.WhenAll(answers.Where(answer => answer.Status == 200).Select(answer => answer.AccessToken).Distinct().Select(client.IsActiveAsync));
        Assert.Equal(live, descendants.Count(active => active));
    }

    [Fact]
    [Trait("SR", "SR-069")]
    public async Task The_store_cannot_open_a_receipt_nor_name_a_token()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);
        var presented = Handle.TryParse(RefreshToken.Prefix, first.RefreshToken)!;

        var spent = (await provider.Get<IProtocolStore>().FindAsync(presented.Id, TestContext.Current.CancellationToken))!;

        Assert.Equal(presented.SecretHash(), spent.SecretHash.ToArray());
        var receipt = System.Text.Encoding.Latin1.GetString(spent.Receipt!.Value.Span) + spent.Payload;
        Assert.All([first.RefreshToken, second.RefreshToken, second.AccessToken], token => Assert.DoesNotContain(token[16..], receipt, StringComparison.Ordinal));
        // All that the store has of the key is its hash, and a key made of the hash opens nothing.
        var stored = HandleOf(presented.Id, spent.SecretHash.Span);
        var binding = Receipt.Binding([client.Id, null, null]);
        Assert.False(Receipt.TryOpen(new(stored, binding), spent.Receipt.Value.Span, out _, out _));
        Assert.True(Receipt.TryOpen(new(presented, binding), spent.Receipt.Value.Span, out _, out _));
    }

    private static async Task EndsTheFamilyAsync(TestClient client, Answer first, Answer second, params (string, string)[] more)
    {
        (await client.RefreshAsync(first.RefreshToken, more)).IsRefused(400, "invalid_grant");
        (await client.RefreshAsync(second.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.False(await client.IsActiveAsync(second.AccessToken));
    }

    /// <summary>What a thief of the database could make: a handle whose secret is the stored hash.</summary>
    private static Handle HandleOf(string id, ReadOnlySpan<byte> secret) =>
        Handle.Of(RefreshToken.Prefix, System.Buffers.Text.Base64Url.DecodeFromChars(id), secret);
}
