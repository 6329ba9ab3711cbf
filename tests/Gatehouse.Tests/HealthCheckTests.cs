using Gatehouse.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Tests;

public sealed class HealthCheckTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_that_can_issue_tokens_is_healthy()
    {
        await using var provider = await StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(provider)).Status);
    }

    [Fact]
    public async Task What_is_missing_is_named_for_the_operator()
    {
        await using var provider = await StartAsync(new ReadinessCheck("the moon", _ => new("it is new")));
        var entry = (await AskAsync(provider)).Entries["gatehouse"];
        Assert.Equal((HealthStatus.Unhealthy, "the moon: it is new"), (entry.Status, entry.Description));
    }

    [Fact]
    public async Task An_outage_is_told_with_its_exception()
    {
        await using var provider = await StartAsync(new ReadinessCheck("the store", _ => throw new IOException("gone")));
        var entry = (await AskAsync(provider)).Entries["gatehouse"];
        Assert.Equal((HealthStatus.Unhealthy, "the store: gone"), (entry.Status, entry.Description));
        Assert.IsType<IOException>(entry.Exception);
    }

    [Fact]
    public async Task What_hangs_and_does_not_hear_that_it_is_cancelled_is_not_waited_for()
    {
        await using var provider = await StartAsync(new ReadinessCheck("the store", async _ =>
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return null;
        }));
        var entry = (await AskAsync(provider).WaitAsync(TimeSpan.FromSeconds(60), Ct)).Entries["gatehouse"];
        Assert.Equal((HealthStatus.Unhealthy, "the store: no answer within 5 seconds"), (entry.Status, entry.Description));
    }

    [Fact]
    public async Task A_process_that_is_going_to_stop_wants_no_new_visitors()
    {
        await using var provider = await StartAsync();
        provider.Get<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync(provider)).Status);
    }

    private static Task<HealthReport> AskAsync(TestProvider provider) => provider.Get<HealthCheckService>().CheckHealthAsync(Ct);

    private static Task<TestProvider> StartAsync(params ReadinessCheck[] checks) => TestProvider.StartAsync(services: services =>
    {
        services.AddHealthChecks().AddGatehouse();
        foreach (var check in checks) services.AddSingleton(check);
    });
}
