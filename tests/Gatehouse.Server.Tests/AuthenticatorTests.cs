using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.Server.Tests;

public sealed partial class AuthenticatorTests
{
    private static async Task<(AuthenticatorApp App, string[] RecoveryCodes)> SetUpAsync(RunningServer server)
    {
        using var visitor = new Visitor(server);
        await visitor.SignInAsync();
        var key = await visitor.SubmitAsync(await visitor.GetAsync("/account/authenticator"), "/account/authenticator", ("action", "start"));
        Assert.Contains("<svg", key.Html, StringComparison.Ordinal);
        Assert.Contains("otpauth://totp/Gatehouse:alice?secret=", key.Html, StringComparison.Ordinal);
        var app = new AuthenticatorApp(Key().Match(key.Html).Groups[1].Value);
        var wrong = await visitor.SubmitAsync(key, "/account/authenticator", ("action", "confirm"), ("code", "000000"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        var codes = await visitor.SubmitAsync(wrong, "/account/authenticator", ("action", "confirm"), ("code", app.Code()));
        var shown = Codes().Matches(codes.Html).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(10, shown.Length);
        Assert.DoesNotContain(shown[0], (await visitor.GetAsync("/account/authenticator")).Html, StringComparison.Ordinal);
        // Changing how one signs in does not sign out whoever changed it.
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account")).Status);
        return (app, shown);
    }

    private static async Task<Page> EnterAsync(Visitor visitor, string code)
    {
        var halfway = await visitor.SignInAsync();
        Assert.StartsWith("/account/login/code?", halfway.Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/account")).Status);
        return await visitor.SubmitAsync(await visitor.GetAsync(halfway.Location!), "/account/login/code", ("code", code));
    }

    [Fact]
    public async Task A_code_is_asked_for_and_accepted_once()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Throttling:FreeAttemptsPerUser", "0"));
        await server.AddUserAsync();
        var (app, _) = await SetUpAsync(server);
        using var visitor = new Visitor(server);
        var code = app.Code(steps: 1);
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), await PartsAsync(EnterAsync(visitor, $"{code[..3]} {code[3..]}")));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account")).Status);

        using var shoulderSurfer = new Visitor(server);
        Assert.Equal(HttpStatusCode.BadRequest, (await EnterAsync(shoulderSurfer, code)).Status);
    }

    [Fact]
    public async Task A_recovery_code_stands_for_a_code_once()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Throttling:FreeAttemptsPerUser", "0"));
        await server.AddUserAsync();
        var (_, codes) = await SetUpAsync(server);
        using var visitor = new Visitor(server);
        Assert.Equal(HttpStatusCode.SeeOther, (await EnterAsync(visitor, codes[3].ToLowerInvariant())).Status);
        using var other = new Visitor(server);
        Assert.Equal(HttpStatusCode.BadRequest, (await EnterAsync(other, codes[3])).Status);
    }

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task Guessing_codes_locks_the_account()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Throttling:FreeAttemptsPerUser", "0"));
        await server.AddUserAsync();
        var (app, _) = await SetUpAsync(server);
        using var visitor = new Visitor(server);
        var page = await EnterAsync(visitor, "000000");
        for (var i = 1; i < 5; i++) page = await visitor.SubmitAsync(page, "/account/login/code", ("code", "000000"));
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SubmitAsync(page, "/account/login/code", ("code", app.Code(steps: 1)))).Status);
    }

    [Fact]
    public async Task A_copy_of_the_database_is_no_second_factor()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        var (_, codes) = await SetUpAsync(server);
        var stored = await server.WithAsync(async (Users.Data.UsersContext context) =>
        {
            await Task.CompletedTask;
            return string.Join('\n', context.UserTokens.Select(token => token.Value));
        });
        Assert.DoesNotContain(codes[0], stored, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^[A-Z2-7]{32}$", stored);
    }

    private static async Task<(HttpStatusCode, string?)> PartsAsync(Task<Page> page) => (await page) is var (status, location, _, _) ? (status, location) : default;

    [GeneratedRegex("<code>([A-Z2-7]{4}(?: [A-Z2-7]{1,4})+)</code>")]
    private static partial Regex Key();

    [GeneratedRegex("<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>")]
    private static partial Regex Codes();
}
