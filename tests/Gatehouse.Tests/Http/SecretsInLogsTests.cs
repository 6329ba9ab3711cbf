using Gatehouse.Clients;

namespace Gatehouse.Tests.Http;

/// <summary>The log of a whole life of tokens, at its most talkative, and every secret that went through it.</summary>
public sealed class SecretsInLogsTests
{
    private const string Api = "https://api.example";

    [Fact]
    [Trait("SR", "SR-226")]
    [Trait("SR", "SR-227")]
    public async Task Everything_is_logged_but_nothing_secret()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));
        var (client, post) = (await provider.AddClientAsync(), await provider.AddClientAsync("post", client => client with { TokenEndpointAuthMethod = "client_secret_post" }));

        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);
        var again = await client.RefreshAsync(first.RefreshToken);
        var jwt = await client.PasswordAsync(("resource", Api));
        var machine = await client.TokenAsync(("grant_type", "client_credentials"));
        await provider.PostAsync("/oauth2/token", null, ("grant_type", "client_credentials"), ("client_id", "post"), ("client_secret", post.Secret));
        Assert.All([first, second, again, jwt, machine], answer => Assert.Equal(200, answer.Status));
        foreach (var token in new[] { second.AccessToken, jwt.AccessToken, machine.AccessToken, first.RefreshToken }) await client.IntrospectAsync(token);
        // Mistakes are where secrets get into logs: in the wrong field, in the wrong order, too late.
        await client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "wrong-horse-battery"));
        await client.TokenAsync(("grant_type", "password"), ("username", "typed-into-the-wrong-field"), ("password", "x"));
        await client.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", second.RefreshToken), ("scope", "unknown"));
        await client.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", second.RefreshToken), ("refresh_token", first.RefreshToken));
        await (client with { Secret = "not-the-client-secret" }).PasswordAsync();
        await client.PostAsync("/oauth2/token", ("grant_type", "client_credentials"), ("client_secret", client.Secret));
        await post.RevokeAsync(second.RefreshToken);
        await client.RefreshAsync(second.RefreshToken);
        await client.RefreshAsync(first.RefreshToken);
        await client.RefreshAsync(first.RefreshToken);
        await client.RevokeAsync(jwt.AccessToken);
        await client.RevokeAsync(jwt.RefreshToken);

        Assert.Empty(provider.Logs.LinesThatMention(
            client.Secret, post.Secret, "wonderland", "wrong-horse-battery", "typed-into-the-wrong-field", "not-the-client-secret", first.AccessToken, first.RefreshToken, second.AccessToken, second.RefreshToken, jwt.AccessToken,
            jwt.RefreshToken, machine.AccessToken, first.RefreshToken[16..], second.AccessToken[16..]));
        var events = provider.Logs.Lines.Select(line => line.Event.Id).ToHashSet();
        Assert.All([1403, 1411, 1421, 1422, 1423, 1431, 1433, 1451, 1453], id => Assert.Contains(id, events));
    }

    [Fact]
    [Trait("SR", "SR-227")]
    public async Task What_was_issued_is_logged_with_who_for_whom_and_by_which_right()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync(("scope", "notes.read"));
        await client.RefreshAsync(tokens.RefreshToken);

        var lines = provider.Logs.Lines.Where(line => line.Event.Id == 1433).Select(line => line.Values.ToDictionary(pair => pair.Key, pair => pair.Value)).ToList();

        Assert.Equal(["password", "refresh_token"], lines.Select(line => line["GrantType"]));
        Assert.All(lines, line => Assert.Equal(("app", "1", "notes.read"), (line["ClientId"], line["Subject"], line["Scope"])));
        Assert.Single(lines.Select(line => line["FamilyId"]).Distinct());
    }

    [Fact]
    [Trait("SR", "SR-226")]
    public void No_secret_is_part_of_what_an_object_says_of_itself()
    {
        var stored = ClientSecret.New(default, null, out var secret);
        var handle = Gatehouse.Protocol.Handle.TryParse("gts_", secret)!;
        var client = new Client { Id = "app", Secrets = [stored] };

        Assert.All([stored.ToString(), handle.ToString(), client.ToString(), new Gatehouse.ClientAuthentication.Credentials("app", secret).ToString()],
            text => Assert.DoesNotContain(secret[16..], text, StringComparison.Ordinal));
    }
}
