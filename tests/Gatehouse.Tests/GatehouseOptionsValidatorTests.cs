using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests;

/// <summary>A wrong setting stops the app at start, and the message is all that its operator needs.</summary>
public sealed class GatehouseOptionsValidatorTests
{
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "Issuer", "", "Set it to the public https URL" },
        { "Issuer", "app.example", "Set it to the public https URL" },
        { "Issuer", "/app", "Set it to the public https URL" },
        { "Issuer", "ftp://app.example", "Set it to the public https URL" },
        { "Issuer", "https:app.example", "Set it to the public https URL" },
        { "Issuer", " https://app.example", "Set it to the public https URL" },
        { "Issuer", "https://app.example\\t", "Set it to the public https URL" },
        { "Issuer", "https://app.example/", "Remove it" },
        { "Issuer", "https://app.example?x=1", "Remove it" },
        { "Issuer", "https://app.example#x", "Remove it" },
        { "Issuer", "https://user@app.example", "Remove it" },
        { "Issuer", "http://app.example", "Gatehouse:RequireHttps to false" },
        { "AccessTokenLifetime", "00:00:00", "between 00:00:01 and 1.00:00:00" },
        { "AccessTokenLifetime", "1.00:00:01", "between 00:00:01 and 1.00:00:00" },
        { "IdTokenLifetime", "00:00:00", "between 00:00:01 and 1.00:00:00" },
        { "PairwiseSecret", "short", "32 random ones" },
        { "JwtAccessTokenLifetime", "-00:00:01", "between 00:00:01 and 1.00:00:00" },
        { "AuthorizationCodeLifetime", "00:10:01", "between 00:00:01 and 00:10:00" },
        { "RefreshTokenIdleLifetime", "00:00:00", "between 00:00:01 and 3650" },
        { "RefreshTokenAbsoluteLifetime", "3651.00:00:00", "between 00:00:01 and 3650" },
        { "RefreshTokenRetryWindow", "00:10:01", "between 00:00:00 and 00:10:00" },
        { "RefreshTokenRetryWindow", "-00:00:01", "between 00:00:00 and 00:10:00" },
        { "AccessTokenCacheLifetime", "00:01:01", "between 00:00:00 and 00:01:00" },
        { "Resources:0:Identifier", "/api", "for example https://api.example" },
        { "Resources:0:Identifier", "api", "for example https://api.example" },
        { "Resources:0:Identifier", "https://api.example#x", "for example https://api.example" },
        { "Resources:0:AccessTokenFormat", "paper", "Use jwt or reference" },
        { "Resources:0:AccessTokenLifetime", "2.00:00:00", "between 00:00:01 and 1.00:00:00" },
        { "Resources:1:Identifier", "HTTPS://api.example/", "Remove one" },
        { "Paths:Token", "oauth2/token", "begins with a slash" },
        { "Paths:Token", "/oauth2/{token}", "begins with a slash" },
        { "Paths:Jwks", "/oauth2/TOKEN", "Give each its own" },
        { "Throttling:FirstDelay", "00:00:00", "between 00:00:00.0010000 and 01:00:00" },
        { "Throttling:MaxDelay", "00:00:00.5", "between 00:00:01 and 1.00:00:00" },
        { "Throttling:ForgetAfter", "00:01:00", "between 00:15:00 and 30.00:00:00" },
        { "Sweeper:Interval", "00:00:00", "between 00:00:01 and 1.00:00:00" },
        { "Sweeper:Grace", "-00:00:01", "between 00:00:00 and 30.00:00:00" },
        { "Sweeper:BatchSize", "0", "between 1 and 100000" },
        { "Authorize:CreateAccountPath", "https://app.example/register", "must be a path of this app" },
        { "Authorize:CreateAccountPath", "//evil.example", "must be a path of this app" },
        { "Authorize:CreateAccountPath", "/register?x=1", "must be a path of this app" },
        { "Authorize:AcrValues:0", "a b", "without spaces" },
    };

    [Theory, MemberData(nameof(Wrong))]
    [Trait("SR", "SR-025")]
    [Trait("SR", "SR-047")]
    public void Every_failure_names_the_option_and_the_fix(string option, string value, string fix)
    {
        var failures = FailuresOf("Production", ("Resources:0:Identifier", "https://api.example"), (option, value));

        var failure = Assert.Single(failures);
        Assert.Contains("Gatehouse:" + (option == "Paths:Jwks" ? "Paths:Token and Jwks" : option), failure, StringComparison.Ordinal);
        Assert.Contains(fix, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void All_failures_are_told_at_once() =>
        Assert.Equal(3, FailuresOf("Production", ("Issuer", "nowhere"), ("AccessTokenLifetime", "00:00:00"), ("Sweeper:BatchSize", "-1")).Count);

    [Fact]
    public void Without_a_store_it_says_which_line_is_missing()
    {
        var failure = Assert.Single(FailuresOf("Production", stores: false, []));

        Assert.Contains("UseSqlite(", failure, StringComparison.Ordinal);
        Assert.Contains("AddGatehouse(...)", failure, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-240")]
    public void The_issuer_may_be_left_out_in_development_only()
    {
        Assert.Empty(FailuresOf("Development", ("Issuer", null)));
        Assert.Contains("Gatehouse:Issuer is not set", Assert.Single(FailuresOf("Production", ("Issuer", null))), StringComparison.Ordinal);
        Assert.Contains("Gatehouse:Issuer is not set", Assert.Single(FailuresOf("Staging", ("Issuer", null))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Development", null, true), InlineData("Development", "true", false), InlineData("Production", null, false), InlineData("Production", "false", true)]
    [Trait("SR", "SR-244")]
    public void Plain_http_is_for_development_unless_it_is_asked_for(string environment, string? requireHttps, bool allowed) =>
        Assert.Equal(allowed, FailuresOf(environment, ("Issuer", "http://localhost:5080"), ("RequireHttps", requireHttps)).Count == 0);

    [Theory, InlineData("Development", 200), InlineData("Production", 400)]
    [Trait("SR", "SR-244")]
    public async Task The_endpoints_hold_to_the_same_rule(string environment, int status)
    {
        await using var provider = await TestProvider.StartAsync(environment: environment);
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");

        Assert.Equal(status, (await client.PasswordAsync()).Status);
    }

    [Fact]
    public async Task The_app_does_not_start_with_a_wrong_setting()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(async () => await TestProvider.StartAsync(options => options.Issuer = null));

        Assert.Contains("Gatehouse:Issuer", failure.Message, StringComparison.Ordinal);
    }

    private static List<string> FailuresOf(string environment, params (string Option, string? Value)[] settings) => FailuresOf(environment, true, settings);

    private static List<string> FailuresOf(string environment, bool stores, params (string Option, string? Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Issuer"] = "https://app.example" };
        foreach (var (option, value) in settings) values[option] = value;
        var services = new ServiceCollection().AddLogging().AddSingleton<IHostEnvironment>(new Environment { EnvironmentName = environment });
        var gatehouse = services.AddGatehouse(new ConfigurationBuilder().AddInMemoryCollection(values.Where(pair => pair.Value is not null)).Build());
        if (stores) gatehouse.UseInMemoryStores();
        try
        {
            _ = services.BuildServiceProvider().GetRequiredService<IOptions<GatehouseOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            // Whatever is wrong, the operator is told where it is explained.
            Assert.All(e.Failures, failure => Assert.Matches(@"\(gatehouse explain 70\d\d\)$", failure));
            return [.. e.Failures];
        }
    }

    private sealed class Environment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "app";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
