using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Cli.Tests;

public sealed class TokenCommandTests
{
    [Theory]
    [InlineData(2, "--user", "1")]
    [InlineData(2, "--client", "a")]
    [InlineData(1, "--user", "1", "--client", "a")]
    [InlineData(0, "--user", "3")]
    public async Task Authorizations_end_by_user_by_client_or_by_both(int expected, params string[] args)
    {
        await using var app = await MigratedAsync();
        var families = new[] { await app.AuthorizeAsync("a", "1"), await app.AuthorizeAsync("a", "2"), await app.AuthorizeAsync("b", "1"), await app.AuthorizeAsync("b", "2") };

        var run = (await app.RunAsync(["tokens", "revoke", .. args, "--json"])).Succeeded();

        Assert.Equal(expected, run.Json.GetProperty("authorizations_ended").GetInt32());
        var revoked = 0;
        foreach (var family in families) revoked += await app.IsRevokedAsync(family) ? 1 : 0;
        Assert.Equal(expected, revoked);
    }

    [Theory]
    [InlineData("gta_", "access_token")]
    [InlineData("gtr_", "refresh_token")]
    [InlineData("gtc_", "authorization_code")]
    public async Task A_token_ends_the_authorization_that_it_came_from(string prefix, string kind)
    {
        await using var app = await MigratedAsync();
        var handle = Handle.New(prefix);
        var family = await app.AuthorizeAsync("a", "1", Artifact(handle, kind));
        var other = await app.AuthorizeAsync("a", "1");

        (await ToolRun.WithInputAsync(handle.Reveal() + "\n", "tokens", "revoke", "--token", "-", "--config", app.Path)).Succeeded();

        Assert.True(await app.IsRevokedAsync(family));
        Assert.False(await app.IsRevokedAsync(other));
        (await app.RunAsync("tokens", "revoke", "--token", handle.Reveal())).Refused(1, "No live token like this is known");
    }

    [Fact]
    public async Task Knowing_the_id_of_a_token_is_not_having_it()
    {
        await using var app = await MigratedAsync();
        var (handle, forged) = (Handle.New("gtr_"), Handle.New("gtr_"));
        var family = await app.AuthorizeAsync("a", "1", Artifact(handle, "refresh_token") with { Id = forged.Id });

        (await app.RunAsync("tokens", "revoke", "--token", forged.Reveal())).Refused(1, "No live token");
        Assert.False(await app.IsRevokedAsync(family));
    }

    [Theory]
    [InlineData()]
    [InlineData("--token", "x", "--user", "1")]
    public async Task What_to_revoke_is_named_exactly(params string[] args)
    {
        await using var app = new AppFolder();

        (await app.RunAsync(["tokens", "revoke", .. args])).Refused(2, "Name what to revoke");
    }

    private static Artifact Artifact(Handle handle, string kind) => new(handle.Id, kind, Guid.Empty, "a", "1", handle.SecretHash(), "{}", DateTimeOffset.UnixEpoch.AddYears(90));

    private static async Task<AppFolder> MigratedAsync()
    {
        var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        return app;
    }
}
