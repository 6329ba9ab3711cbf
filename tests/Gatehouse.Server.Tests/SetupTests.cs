using System.Net;
using Gatehouse.Server.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Server.Tests;

public sealed class SetupTests
{
    private static (string, string)[] Administrator(string name = "root") => [("username", name), ("password", RunningServer.Password)];

    [Fact]
    public async Task The_link_makes_one_administrator_and_signs_them_in()
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        var link = await server.SetupLinkAsync();
        var done = await visitor.SubmitAsync(await visitor.GetAsync(link), "/setup", Administrator());

        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (done.Status, done.Location));
        Assert.Contains("root", (await visitor.GetAsync("/account")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/admin/users")).Status);
        Assert.True((await server.WithAsync((UserDirectory directory) => directory.FindAsync("root")))!.IsAdministrator);
    }

    [Fact]
    public async Task A_link_works_once_however_many_open_it()
    {
        await using var server = await RunningServer.StartAsync();
        var link = await server.SetupLinkAsync();
        var visitors = Enumerable.Range(0, 4).Select(_ => new Visitor(server)).ToList();
        var pages = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync(link)));
        var answers = await Task.WhenAll(visitors.Select((visitor, i) => visitor.SubmitAsync(pages[i], "/setup", Administrator("root" + i))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Single(await server.WithAsync((UserDirectory directory) => directory.ListAsync(TestContext.Current.CancellationToken)));
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task A_new_link_ends_the_one_before_and_an_administrator_ends_them_all()
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        var first = await server.SetupLinkAsync();
        var second = "/setup?token=" + await server.App.Services.GetRequiredService<SetupLink>().NewAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<form", (await visitor.GetAsync(first)).Html, StringComparison.Ordinal);
        Assert.Contains("<form", (await visitor.GetAsync(second)).Html, StringComparison.Ordinal);

        await server.AddUserAsync("root", administrator: true);
        Assert.DoesNotContain("<form", (await visitor.GetAsync(second)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root", "short", "at least 8 characters")]
    [InlineData("ro ot", RunningServer.Password, "invalid")]
    public async Task A_mistake_in_the_form_does_not_spend_the_link(string name, string password, string says)
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        var link = await server.SetupLinkAsync();
        var refused = await visitor.SubmitAsync(await visitor.GetAsync(link), "/setup", ("username", name), ("password", password));
        Assert.Contains(says, refused.Html, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SubmitAsync(refused, "/setup", Administrator())).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gtl_Ds58ponAoczQ_opTO1OOXvqDYarNI-3pvp34ZfCNWZz9vcz0EYzgTQ9entYg")]
    [InlineData("'; drop table gatehouse_users; --")]
    public async Task A_link_that_nobody_made_opens_nothing(string token)
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        Assert.DoesNotContain("<form", (await visitor.GetAsync("/setup?token=" + Uri.EscapeDataString(token))).Html, StringComparison.Ordinal);
    }
}
