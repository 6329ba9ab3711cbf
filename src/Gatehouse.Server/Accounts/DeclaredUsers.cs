using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;
using Gatehouse.Server.Hosting;
using Gatehouse.Server.Users;

namespace Gatehouse.Server.Accounts;

/// <summary>Users that configuration declares: made, or made so again, at each start. A user who is taken out of the file stays.</summary>
internal sealed partial class DeclaredUsers(IServiceScopeFactory scopes, IConfiguration configuration, ILogger<DeclaredUsers> log) : IHostedService
{
    private const string Section = "Gatehouse:Users";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            await using var scope = scopes.CreateAsyncScope();
            var declared = Read(entry);
            var change = await scope.ServiceProvider.GetRequiredService<UserDirectory>().ApplyAsync(declared, cancellationToken);
            if (change.IsRefused) throw new SettingsException($"{entry.Path} (username '{declared.Username}'): {string.Join(' ', change.Problems)}");
            if (change.Result != "unchanged") Applied(log, change.User!.Id, change.Result);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static UserDeclaration Read(IConfigurationSection entry)
    {
        try
        {
            var declared = (ConfigurationJson.Read(entry) as JsonObject ?? []).Deserialize(UsersJson.Default.UserDeclaration)!;
            return declared.Username.Length > 0 ? declared : throw new SettingsException($"{entry.Path} has no username. Give it one.");
        }
        catch (JsonException e)
        {
            throw new SettingsException($"{entry.Path}: {e.Message}");
        }
    }

    [LoggerMessage(5005, LogLevel.Information, "User {Subject}, declared in configuration, was {Result}.")]
    private static partial void Applied(ILogger log, string subject, string result);
}
