using Gatehouse.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Tests.Audit;

/// <summary>Who did what, through which client, with which outcome, from where; and nothing that the trail must not hold.</summary>
public sealed class AuditTrailTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-227")]
    public async Task A_sign_in_is_in_the_trail_with_its_client_and_a_user_who_is_not_named()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        await client.PasswordAsync(("scope", "notes.read"));

        var audited = Assert.Single(await ListAsync(provider, AuditType.TokensIssued));
        Assert.Equal((AuditOutcome.Success, "app", "password", "notes.read"), (audited.Outcome, audited.ClientId, audited.Details["grant_type"], audited.Details["scope"]));
        Assert.Equal(new PersonalData(null).HashSubject("1"), audited.Subject);
        Assert.DoesNotContain(provider.Logs.Lines.Where(line => line.Category == "Gatehouse.Audit"), line => line.Message.Contains("alice", StringComparison.Ordinal));
        Assert.Contains(provider.Logs.Lines, line => line.Category == "Gatehouse.Audit" && line.Event.Id == 1901 && line.Message.Contains(audited.Subject!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_is_in_the_trail_and_what_strangers_claim_is_not()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        await client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "wrong"));
        await (client with { Secret = "wrong" }).PasswordAsync();
        await provider.PostAsync("/oauth2/token", TestClient.BasicOf("nobody", "wrong"), ("grant_type", "client_credentials"));

        Assert.Equal("WrongCredentials", Assert.Single(await ListAsync(provider, AuditType.UserRefused)).Details["reason"]);
        Assert.Equal("invalid_grant", Assert.Single(await ListAsync(provider, AuditType.TokensRefused)).Details["error"]);
        Assert.Equal(["app", null], (await ListAsync(provider, AuditType.ClientRefused)).Select(audited => audited.ClientId));
        Assert.All(await ListAsync(provider), audited => Assert.Null(audited.Subject));
    }

    [Fact]
    public async Task A_replay_and_a_revocation_name_the_family_that_they_ended()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        await client.RefreshAsync((await client.RefreshAsync(first.RefreshToken)).RefreshToken);
        await client.RefreshAsync(first.RefreshToken);
        await client.RevokeAsync((await client.PasswordAsync()).RefreshToken);

        var issued = await ListAsync(provider, AuditType.TokensIssued);
        Assert.Equal(issued[0].Details["family"], Assert.Single(await ListAsync(provider, AuditType.ReplayDetected)).Details["family"]);
        Assert.Equal(issued[1].Details["family"], Assert.Single(await ListAsync(provider, AuditType.TokensRevoked)).Details["family"]);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task Routine_is_kept_where_it_is_wanted(bool routine, int expected)
    {
        await using var provider = await TestProvider.StartAsync(options => options.Audit.Routine = routine);
        var client = await provider.AddClientAsync();
        await client.RefreshAsync((await client.PasswordAsync()).RefreshToken);
        await client.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal(expected, (await ListAsync(provider, AuditType.TokensRenewed)).Count);
    }

    [Fact]
    public async Task A_trail_that_is_switched_off_is_neither_stored_nor_logged()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Audit.Enabled = false);
        await (await provider.AddClientAsync()).PasswordAsync();
        provider.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await provider.Get<IAuditStore>().ListAsync(new(), Ct));
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Category == "Gatehouse.Audit");
    }

    [Fact]
    public void People_are_hashed_with_the_key_and_each_kind_in_its_own_way()
    {
        var (one, other) = (new PersonalData("a key of the operator's"), new PersonalData("another key of theirs"));
        Assert.Equal(one.HashSubject("1"), one.HashSubject("1"));
        Assert.NotEqual(one.HashSubject("1"), other.HashSubject("1"));
        Assert.NotEqual(one.HashSubject("127.0.0.1"), one.HashAddress(System.Net.IPAddress.Loopback));
        Assert.Equal(one.HashAddress(System.Net.IPAddress.Loopback), one.HashAddress(System.Net.IPAddress.Loopback.MapToIPv6()));
        Assert.Null(one.HashSubject(null));
        Assert.Null(one.HashAddress(null));
        Assert.Equal(24, one.HashSubject("1")!.Length);
    }

    [Fact]
    public void The_first_id_of_a_time_is_not_after_any_id_of_that_time()
    {
        var at = new DateTimeOffset(2026, 3, 8, 2, 30, 0, 123, TimeSpan.Zero);
        for (var i = 0; i < 1000; i++) Assert.True(AuditEvent.FirstIdAt(at).CompareTo(Guid.CreateVersion7(at)) <= 0);
        Assert.True(AuditEvent.FirstIdAt(at).CompareTo(Guid.CreateVersion7(at.AddMilliseconds(-1))) > 0);
        Assert.True(AuditEvent.FirstIdAt(DateTimeOffset.UnixEpoch).CompareTo(AuditEvent.FirstIdAt(at)) < 0);
    }

    [Fact]
    public void Ids_come_in_the_order_of_events_whatever_the_clock_does()
    {
        var (ids, at) = (new EventIds(), new DateTimeOffset(2026, 3, 8, 2, 30, 0, TimeSpan.Zero));
        // More in one millisecond than the counter counts, then an hour back, then on.
        List<Guid> all = [.. Enumerable.Range(0, 5000).Select(_ => ids.Next(at)), ids.Next(at.AddHours(-1)), ids.Next(at.AddSeconds(1))];
        Assert.Equal(all.Order(), all);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, id => Assert.Equal((7, at.ToUnixTimeSeconds()), (id.Version, DateOf(id).ToUnixTimeSeconds() / 2 * 2)));

        static DateTimeOffset DateOf(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    /// <summary>All of a type. The writer stops for it, which is when it stores all that waits.</summary>
    private static async Task<IReadOnlyList<AuditEvent>> ListAsync(TestProvider provider, string? type = null)
    {
        await provider.Services.GetServices<IHostedService>().OfType<AuditWriter>().Single().StopAsync(Ct);
        return await provider.Get<IAuditStore>().ListAsync(new() { Type = type }, Ct);
    }
}
