using CsCheck;
using Gatehouse.Clients;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Tokens;

/// <summary>OpenID Connect Core §8.1: another name in each sector, the same one there for ever.</summary>
public sealed class PairwiseSubjectTests
{
    private const string Secret = "a secret of at least 32 characters, kept";

    private static readonly PairwiseSubject Subjects = Make(Secret);

    private static readonly Client One = new() { Id = "one", SubjectType = "pairwise", RedirectUris = ["https://one.example/cb"] };

    private static readonly Client Sister = new() { Id = "sister", SubjectType = "pairwise", RedirectUris = ["https://ONE.example/other"] };

    private static readonly Client Other = new() { Id = "other", SubjectType = "pairwise", RedirectUris = ["https://other.example/cb"] };

    [Fact]
    public void It_is_the_same_in_a_sector_and_leads_back_only_there() => Gen.String[1, 255].Where(text => text.All(c => !char.IsSurrogate(c))).Sample(subject =>
    {
        var sub = Subjects.Of(One, subject);
        Assert.Equal(sub, Subjects.Of(Sister, subject));
        Assert.NotEqual(sub, Subjects.Of(Other, subject));
        Assert.InRange(sub.Length, 1, 255);
        Assert.All(sub, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        if (System.Text.Encoding.UTF8.GetByteCount(subject) <= 159) Assert.Equal(subject, Subjects.Find(Sister, sub));
        Assert.Null(Subjects.Find(Other, sub));
    }, iter: 500);

    [Fact]
    public void It_is_the_same_on_every_node_and_needs_the_secret()
    {
        var sub = Subjects.Of(One, "42");

        // Written out: a change of the algorithm would make every user another one.
        Assert.Equal(sub, Make(Secret).Of(One, "42"));
        Assert.NotEqual(sub, Make(Secret + "!").Of(One, "42"));
        Assert.Null(Make(Secret + "!").Find(One, sub));
    }

    [Fact]
    public void Nobody_can_make_one_up() => Gen.Byte.Array[0, 80].Sample(bytes => Assert.Null(Subjects.Find(One, System.Buffers.Text.Base64Url.EncodeToString(bytes))), iter: 500);

    [Fact]
    public void Public_clients_know_users_by_their_own_name()
    {
        var client = One with { SubjectType = "public" };

        Assert.Equal(("42", "42"), (Subjects.Of(client, "42"), Subjects.Find(client, "42")));
        Assert.Null(Make(null).Problem(client));
        Assert.NotNull(Make(null).Problem(One));
    }

    [Theory]
    [InlineData("https://sector.example/uris.json", "https://one.example/cb", "sector.example"), InlineData(null, "https://one.example:8443/cb", "one.example")]
    [InlineData(null, "com.example.app:/cb", "client:x"), InlineData(null, null, "client:x")]
    public void The_sector_is_a_host(string? sectorUri, string? redirectUri, string sector) =>
        Assert.Equal(sector, PairwiseSubject.SectorOf(new() { Id = "x", SectorIdentifierUri = sectorUri, RedirectUris = redirectUri is null ? [] : [redirectUri] }));

    private static PairwiseSubject Make(string? secret) => new(Options.Create(new GatehouseOptions { PairwiseSecret = secret }));

    [Fact]
    public async Task A_pairwise_client_hears_the_same_name_everywhere()
    {
        await using var provider = await OpenIdApp.StartAsync(configure: options =>
        {
            options.PairwiseSecret = Secret;
            options.Resources.Add(new() { Identifier = "https://api.example" });
        });
        var client = await provider.AddOpenIdClientAsync(change: client => client with { SubjectType = "pairwise" });
        var expected = provider.Get<PairwiseSubject>().Of(client.Client, "1");

        var answer = await client.SignInAsync();
        var jwt = await client.RefreshAsync(answer.RefreshToken, ("resource", "https://api.example"));
        var password = await client.PasswordAsync(("resource", "https://api.example"));

        Assert.NotEqual("1", expected);
        Assert.Equal(expected, Jwt.PayloadOf(answer.IdToken()).GetProperty("sub").GetString());
        Assert.Equal(expected, Jwt.PayloadOf(jwt.IdToken()).GetProperty("sub").GetString());
        Assert.Equal(expected, Jwt.PayloadOf(jwt.AccessToken).GetProperty("sub").GetString());
        Assert.Equal(expected, (await client.IntrospectAsync(answer.AccessToken)).Member("sub"));
        Assert.Equal(expected, (await client.IntrospectAsync(jwt.AccessToken)).Member("sub"));
        Assert.Equal(expected, (await client.IntrospectAsync(password.AccessToken)).Member("sub"));
        Assert.Null(password.Member("user_id"));
        var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new("Bearer", (await client.SignInAsync()).AccessToken) } };
        Assert.Contains(expected, await (await provider.Http.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // The app is still asked by its own name.
        provider.Users.Inactive.Add("1");
        Assert.False(await client.IsActiveAsync(jwt.AccessToken));
    }

    [Fact]
    public async Task Without_a_secret_a_pairwise_client_gets_nothing_and_the_log_says_what_to_set()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { SubjectType = "pairwise" });

        // A grant without the authorization endpoint, which refuses such a client before anybody signs in.
        (await client.PasswordAsync()).IsRefused(400, "unauthorized_client");
        Assert.Contains(provider.Logs.Lines, line => line.ToString().Contains("Gatehouse:PairwiseSecret", StringComparison.Ordinal));
    }
}
