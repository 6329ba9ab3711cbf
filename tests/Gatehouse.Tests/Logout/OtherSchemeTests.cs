using System.Security.Claims;
using System.Text.Encodings.Web;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Fetch;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Logout;

/// <summary>An app whose users are known by something that carries nothing of ours: a proxy's header, a certificate.</summary>
public sealed class OtherSchemeTests
{
    [Fact]
    public async Task Signing_out_tells_the_clients_of_the_user_by_subject()
    {
        await using var listener = LoopbackServer.Start("200 OK");
        await using var provider = await TestProvider.StartAsync(
            options =>
            {
                options.UserScheme = "sso";
                options.Fetch.AllowedHosts.Add("localhost");
            },
            services => services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Sso>("sso", null));
        var client = await provider.AddLogoutClientAsync(change: client => client with
        {
            BackchannelLogoutUri = $"http://localhost:{listener.Port}/out",
            FrontchannelLogoutUri = "https://client.example/out",
        });
        await provider.AddLogoutClientAsync("strict", client => client with
        {
            BackchannelLogoutUri = $"http://localhost:{listener.Port}/strict",
            BackchannelLogoutSessionRequired = true,
            FrontchannelLogoutUri = "https://client.example/strict",
            FrontchannelLogoutSessionRequired = true,
        });
        using var browser = new Browser(provider);
        var tokens = await browser.VisitAsync(client);
        Assert.False(Jwt.PayloadOf(tokens.IdToken()).TryGetProperty("sid", out _));
        Assert.Empty(await provider.SessionsAsync());

        var page = await browser.LogoutAsync(("id_token_hint", tokens.IdToken()));
        Assert.True(page.SaysSignedOut(), page.Body);
        Assert.Contains("<iframe src=\"https://client.example/out\"", page.Body, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Task.FromResult(provider.Logged(1821) == 1));
        var token = Jwt.PayloadOf(Uri.UnescapeDataString(Assert.Single(listener.Requests).Split("logout_token=")[1]));
        Assert.Equal("1", token.GetProperty("sub").GetString());
        Assert.False(token.TryGetProperty("sid", out _));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    private sealed class Sso(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.Success(
            new(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(ClaimTypes.Name, "alice")], Scheme.Name)), Scheme.Name)));
    }
}
