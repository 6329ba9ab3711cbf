using System.Text;

namespace Gatehouse.Tests.Grants;

/// <summary>The seed's documented flow, and RFC 6749 §3.2 and §5 around it.</summary>
public sealed class TokenEndpointTests
{
    [Fact]
    public async Task A_password_request_answers_exactly_the_seeds_five_members()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        var answer = await client.PasswordAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json;charset=UTF-8", answer.ContentType);
        Assert.Equal(["access_token", "token_type", "expires_in", "refresh_token", "user_id"], answer.Members);
        Assert.Equal("bearer", answer.Member("token_type"));
        Assert.Equal(3600, answer.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(1, answer.Json.GetProperty("user_id").GetInt32());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
    }

    [Theory]
    [InlineData("4711", "4711"), InlineData("007", "\"007\""), InlineData("a-7", "\"a-7\""), InlineData("-5", "-5"), InlineData("99999999999999999999", "\"99999999999999999999\"")]
    public async Task User_id_is_a_number_when_the_subject_is_written_as_one(string subject, string json)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Users.ByName["carol"] = ("pw", subject);
        var client = await provider.AddClientAsync();

        var answer = await client.TokenAsync(("grant_type", "password"), ("username", "carol"), ("password", "pw"));

        Assert.Equal(json, answer.Json.GetProperty("user_id").GetRawText());
    }

    [Theory, InlineData("GET"), InlineData("PUT"), InlineData("DELETE"), InlineData("HEAD"), InlineData("OPTIONS")]
    [Trait("SR", "SR-245")]
    public async Task Only_POST_is_allowed(string method)
    {
        await using var provider = await TestProvider.StartAsync();

        var response = await provider.Http.SendAsync(new(new HttpMethod(method), "/oauth2/token"), TestContext.Current.CancellationToken);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    [Trait("SR", "SR-244")]
    public async Task Plain_http_is_refused_and_the_answer_says_so()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");

        var answer = await client.PasswordAsync();

        answer.IsRefused(400, "invalid_request");
        Assert.Contains("https is required", answer.Member("error_description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_the_error_names_the_missing_setting()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");
        provider.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var answer = await client.PasswordAsync();

        answer.IsRefused(400, "invalid_request");
        Assert.Contains("KnownProxies", answer.Member("error_description"), StringComparison.Ordinal);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1003);
    }

    [Fact]
    public async Task Plain_http_is_answered_when_https_is_switched_off()
    {
        await using var provider = await TestProvider.StartAsync(options => options.RequireHttps = false);
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");

        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    [Fact]
    public async Task An_unknown_grant_type_is_unsupported()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        (await client.TokenAsync(("grant_type", "psychic"))).IsRefused(400, "unsupported_grant_type");
        (await client.TokenAsync(("username", "alice"))).IsRefused(400, "invalid_request");
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task A_grant_type_that_the_client_does_not_list_is_unauthorized()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync(change: client => client with { GrantTypes = ["client_credentials"] });

        (await client.PasswordAsync()).IsRefused(400, "unauthorized_client");
    }

    [Fact]
    [Trait("SR", "SR-021")]
    public async Task A_repeated_parameter_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        (await client.PasswordAsync(("username", "alice"))).IsRefused(400, "invalid_request");
        (await client.PasswordAsync(("unknown", "1"), ("unknown", "2"))).IsRefused(400, "invalid_request");
    }

    [Fact]
    [Trait("SR", "SR-022")]
    public async Task An_empty_parameter_counts_as_absent_and_an_unknown_one_is_ignored()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        Assert.Equal(200, (await client.PasswordAsync(("scope", ""), ("colour", "blue"), ("username", ""))).Status);
        (await client.TokenAsync(("grant_type", "password"), ("username", ""), ("password", "x"))).IsRefused(400, "invalid_request");
    }

    public static TheoryData<string, string> WrongBodies => new()
    {
        { "application/json", """{"grant_type":"password"}""" },
        { "text/plain", "grant_type=password" },
        { "multipart/form-data; boundary=x", "--x--" },
        { "application/x-www-form-urlencodedish", "grant_type=password" },
        { "application/x-www-form-urlencoded; charset=utf-16", "grant_type=password" },
        { "application/x-www-form-urlencoded", "grant_type=pass%zzword" },
        { "application/x-www-form-urlencoded", "grant_type=pass%2" },
        { "application/x-www-form-urlencoded", "grant_type=password&username=a%00b&password=x" },
        { "application/x-www-form-urlencoded", "grant_type=password&username=%ff%fe&password=x" },
        { "application/x-www-form-urlencoded", "grant_type=password&password=" + new string('x', 70_000) },
        { "application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 200).Select(i => $"p{i}=1")) },
        { "application/x-www-form-urlencoded", "" },
    };

    [Theory, MemberData(nameof(WrongBodies))]
    public async Task A_body_that_is_no_small_well_formed_form_is_invalid(string type, string body)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await Answer.OfAsync(await provider.PostRawAsync("/oauth2/token", client.Basic, content))).IsRefused(400, "invalid_request");
        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    [Fact]
    public async Task A_password_with_every_kind_of_character_arrives_as_it_was_sent()
    {
        const string password = " +%&=;ä€𝄞\t\"\\ ";
        await using var provider = await TestProvider.StartAsync();
        provider.Users.ByName["dora"] = (password, "9");
        var client = await provider.AddClientAsync();

        Assert.Equal(200, (await client.TokenAsync(("grant_type", "password"), ("username", "dora"), ("password", password))).Status);
        (await client.TokenAsync(("grant_type", "password"), ("username", "dora"), ("password", password.Trim()))).IsRefused(400, "invalid_grant");
    }
}
