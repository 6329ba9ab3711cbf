using Gatehouse.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Server.Tests;

public sealed class AuditTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-227")]
    public async Task What_happens_to_an_account_is_in_the_trail_and_the_account_is_not_named()
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        var setup = await visitor.GetAsync(await server.SetupLinkAsync());
        await visitor.SubmitAsync(setup, "/setup", ("username", "admin"), ("password", RunningServer.Password));
        var user = await server.AddUserAsync();
        using var other = new Visitor(server);
        await other.SignInAsync("alice", "wrong password");
        await other.SignInAsync();
        var users = await visitor.GetAsync("/admin/users");
        await visitor.SubmitAsync(users, "/admin/users", ("action", "disable"), ("id", user.Id));

        await server.App.Services.GetServices<IHostedService>().OfType<AuditWriter>().Single().StopAsync(Ct);
        var events = (await server.App.Services.GetRequiredService<IAuditStore>().ListAsync(new(), Ct)).Where(audited => audited.Type.StartsWith("user.", StringComparison.Ordinal)).ToList();
        var alice = new PersonalData(null).HashSubject(user.Id);
        Assert.Equal(
            [
                (AuditType.UserChanged, "first administrator created", false), (AuditType.UserSignedIn, "pwd", false), (AuditType.UserRefused, "password", false), (AuditType.UserSignedIn, "pwd", true), (AuditType.UserChanged, "disabled", true),
            ],
            events.Select(audited => (audited.Type, audited.Details.TryGetValue("what", out var what) ? what : audited.Details.TryGetValue("methods", out var methods) ? methods : audited.Details["reason"], audited.Subject == alice)));
        Assert.All(events, audited => Assert.Equal(new PersonalData(null).HashAddress(System.Net.IPAddress.Loopback), audited.Address));
        Assert.DoesNotContain(events, audited => audited.ToString().Contains(user.Id, StringComparison.Ordinal) || audited.ToString().Contains("alice", StringComparison.Ordinal));
    }
}
