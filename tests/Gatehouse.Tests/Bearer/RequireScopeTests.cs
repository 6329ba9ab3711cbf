using System.Net;
using System.Security.Claims;
using Gatehouse.Bearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Bearer;

/// <summary>Scopes as authorization requirements, on endpoints, controllers and policies.</summary>
public sealed class RequireScopeTests
{
    [Fact]
    public async Task A_controller_can_require_scopes_and_an_action_more()
    {
        await using var provider = await TestProvider.StartAsync(
            services: services => services.AddControllers().AddApplicationPart(typeof(ScopedController).Assembly), map: app => app.MapControllers());
        var client = await provider.AddClientAsync();
        var read = (await client.PasswordAsync(("scope", "notes.read"))).AccessToken;
        var both = (await client.PasswordAsync()).AccessToken;

        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/scoped", read)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("POST", "/scoped", both)).StatusCode);
        var refused = await provider.CallAsync("POST", "/scoped", read);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.EndsWith("scope=\"notes.read notes.write\"", refused.Challenge(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/scoped")).StatusCode);
    }

    [Fact]
    public async Task All_named_scopes_are_needed_whole_and_in_their_case()
    {
        await using var provider = await TestProvider.StartAsync(map: app =>
        {
            app.MapGet("/both", () => "ok").RequireScope("notes.read", "notes.write");
            app.MapGet("/twice", () => "ok").RequireScope("notes.read").RequireScope("notes.write");
            app.MapGet("/case", () => "ok").RequireScope("Notes.Read");
            app.MapGet("/part", () => "ok").RequireScope("notes");
        });
        var client = await provider.AddClientAsync();
        var read = (await client.PasswordAsync(("scope", "notes.read"))).AccessToken;
        var both = (await client.PasswordAsync()).AccessToken;

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden],
            [
                await Status("/both", both), await Status("/twice", both), await Status("/both", read), await Status("/twice", read), await Status("/case", both), await Status("/part", both),
            ]);
        async Task<HttpStatusCode> Status(string path, string token) => (await provider.CallAsync("GET", path, token)).StatusCode;
    }

    [Theory, InlineData(""), InlineData("two words"), InlineData("quo\"te"), InlineData("back\\slash"), InlineData("ünicode")]
    public void What_is_no_scope_token_is_refused_when_the_app_is_built(string scope) =>
        Assert.Throws<ArgumentException>(() => new RequireScopeAttribute(scope));

    [Fact]
    public void No_scope_at_all_is_refused_when_the_app_is_built() => Assert.Throws<ArgumentException>(() => new RequireScopeAttribute());

    [Theory]
    [InlineData("Gatehouse", null, false), InlineData("Gatehouse", "notes.read", true), InlineData("Gatehouse", "notes.write", false)]
    [InlineData("AuthenticationTypes.Federation", "openid notes.read", true), InlineData("AuthenticationTypes.Federation", "openid", false)]
    [InlineData("Cookies", null, true)]
    public async Task Outside_of_a_request_the_user_alone_tells_whether_a_client_speaks(string type, string? scope, bool allowed)
    {
        await using var provider = await TestProvider.StartAsync();
        var user = new ClaimsPrincipal(new ClaimsIdentity(scope is null ? [] : [new Claim("scope", scope)], type));
        var policy = new AuthorizationPolicyBuilder().RequireScope("notes.read").Build();

        var result = await provider.Get<IAuthorizationService>().AuthorizeAsync(user, null, policy);

        Assert.Equal(allowed, result.Succeeded);
    }

    [Fact]
    public async Task Nobody_has_no_scope()
    {
        await using var provider = await TestProvider.StartAsync();
        var policy = new AuthorizationPolicyBuilder().RequireScope("notes.read").Build();

        Assert.False((await provider.Get<IAuthorizationService>().AuthorizeAsync(new(new ClaimsIdentity()), null, policy)).Succeeded);
    }
}

/// <summary>A controller of an app.</summary>
[ApiController, Route("scoped"), RequireScope("notes.read")]
public sealed class ScopedController : ControllerBase
{
    [HttpGet]
    public string Read() => "read";

    [HttpPost, RequireScope("notes.write")]
    public string Write() => "written";
}
