using Gatehouse.Server.Users;
using Gatehouse.Server.Web;

namespace Gatehouse.Server.Accounts;

/// <summary>While there is no administrator, each start prints a link that makes one. To the console and not into the log: logs are kept, copied and read by many.</summary>
internal sealed class FirstStart(IServiceScopeFactory scopes, SetupLink link, OperatorConsole console, IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<UserDirectory>().HasAdministratorAsync(stoppingToken)) return;
        var token = await link.NewAsync(stoppingToken);
        await console.Output.WriteLineAsync($"""

            There is no administrator yet. To become it, open this link; it works once, until tomorrow:

              {configuration["Gatehouse:Issuer"]?.TrimEnd('/')}{Paths.Setup}?token={token}

            """.AsMemory(), stoppingToken);
    }
}

/// <summary>Where whoever started the server looks.</summary>
internal sealed record OperatorConsole(TextWriter Output);
