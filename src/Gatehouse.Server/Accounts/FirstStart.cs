using Gatehouse.Server.Users;
using Gatehouse.Server.Web;

namespace Gatehouse.Server.Accounts;

/// <summary>While there is no administrator, each start prints a link that makes one. To the console and not into the log: logs are kept, copied and read by many.</summary>
internal sealed partial class FirstStart(
    IServiceScopeFactory scopes, SetupLink link, OperatorConsole console, IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<FirstStart> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        // The database may be gone in this very moment. A background service that fails ends the host, and a server is worth more than its link.
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await ShowLinkAsync(stoppingToken);
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (isFirst) Postponed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    private async Task ShowLinkAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<UserDirectory>().HasAdministratorAsync(stoppingToken)) return;
        var token = await link.NewAsync(stoppingToken);
        await console.Output.WriteLineAsync($"""

            There is no administrator yet. To become it, open this link; it works once, until tomorrow:

              {configuration["Gatehouse:Issuer"]?.TrimEnd('/')}{Paths.Setup}?token={token}

            """.AsMemory(), stoppingToken);
    }

    [LoggerMessage(5008, LogLevel.Warning, "Whether there is an administrator cannot be seen now; it is tried again every few seconds, and the server goes on meanwhile. See whether the database is reachable.")]
    private static partial void Postponed(ILogger log, Exception cause);
}

/// <summary>Where whoever started the server looks.</summary>
internal sealed record OperatorConsole(TextWriter Output);
