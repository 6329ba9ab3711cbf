using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Grants;

/// <summary>RFC 8707 §2.2: what a grant was limited to limits every token that descends from it.</summary>
public sealed class RefreshResourceTests
{
    private const string Api = "https://api.example";
    private const string Other = "https://other.example";

    [Fact]
    [Trait("SR", "SR-065")]
    public async Task A_grant_for_one_resource_yields_tokens_for_it_alone_also_when_the_parameter_is_left_out()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var token = await GrantAsync(provider, client, [Api]);

        foreach (var elsewhere in new[] { Other, TestProvider.Issuer })
            (await client.RefreshAsync(token, ("resource", elsewhere))).IsRefused(400, "invalid_target");

        var silent = await client.RefreshAsync(token);
        Assert.Equal(Api, Jwt.PayloadOf(silent.AccessToken).GetProperty("aud").GetString());
        var named = await client.RefreshAsync(silent.RefreshToken, ("resource", Api + "/"));
        Assert.Equal(Api, Jwt.PayloadOf(named.AccessToken).GetProperty("aud").GetString());
        (await client.RefreshAsync(named.RefreshToken, ("resource", Other))).IsRefused(400, "invalid_target");
    }

    [Fact]
    [Trait("SR", "SR-065")]
    public async Task A_grant_for_several_resources_wants_one_named()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var token = await GrantAsync(provider, client, [Api, Other]);

        (await client.RefreshAsync(token)).IsRefused(400, "invalid_target");
        var other = await client.RefreshAsync(token, ("resource", Other));

        Assert.Equal(Other, Jwt.PayloadOf(other.AccessToken).GetProperty("aud").GetString());
    }

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(options =>
    {
        options.Resources.Add(new() { Identifier = Api });
        options.Resources.Add(new() { Identifier = Other });
    });

    /// <summary>As an authorization request leaves one behind.</summary>
    private static async Task<string> GrantAsync(TestProvider provider, TestClient client, IReadOnlyList<string> resources)
    {
        var now = provider.Clock.GetUtcNow();
        var grant = new AuthorizedGrant(Guid.CreateVersion7(now), client.Client, "1", Scopes.Of(["notes.read"]), resources, now.AddDays(1));
        var handle = Handle.New(RefreshToken.Prefix);
        await provider.Get<IProtocolStore>().StartAsync(
            new(grant.FamilyId, client.Id, "1", now, now.AddDays(2)), [RefreshToken.Write(handle, grant, TimeSpan.FromDays(1), now)], TestContext.Current.CancellationToken);
        return handle.Reveal();
    }
}
