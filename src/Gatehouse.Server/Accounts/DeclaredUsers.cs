using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;
using Gatehouse.Server.Hosting;
using Gatehouse.Server.Users;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.Server.Accounts;

/// <summary>Users that configuration declares: made, or made so again, at each start. A user who is taken out of the file stays.</summary>
internal sealed partial class DeclaredUsers(IServiceScopeFactory scopes, IConfiguration configuration, AccountTrail trail, ILogger<DeclaredUsers> log) : IHostedService
{
    private const string Section = "Gatehouse:Users";
    private const int Attempts = 5;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            var declared = Read(entry);
            var change = await ApplyAsync(declared, cancellationToken);
            if (change.IsRefused) throw new SettingsException($"{entry.Path} (username '{declared.Username}'): {string.Join(' ', change.Problems)} (gatehouse explain 7056)");
            if (change.Result == "unchanged") continue;
            Applied(log, change.User!.Id, change.Result);
            trail.Declared(change.User!, change.Result);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nodes that start together read the same file. Whoever comes second to a user looks again and finds what the first one did.</summary>
    private async Task<UserChange> ApplyAsync(UserDeclaration declared, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                var change = await scope.ServiceProvider.GetRequiredService<UserDirectory>().ApplyAsync(declared, ct);
                if (!change.IsRefused || attempt == Attempts) return change;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
            }
        }
    }

    private static UserDeclaration Read(IConfigurationSection entry)
    {
        try
        {
            var declared = (ConfigurationJson.Read(entry) as JsonObject ?? []).Deserialize(UsersJson.Default.UserDeclaration)!;
            return declared.Username.Length > 0 ? declared : throw new SettingsException($"{entry.Path} has no username. Give it one. (gatehouse explain 7056)");
        }
        catch (JsonException e)
        {
            throw new SettingsException($"{entry.Path}: {e.Message} (gatehouse explain 7056)");
        }
    }

    [LoggerMessage(5005, LogLevel.Information, "User {Subject}, declared in configuration, was {Result}.")]
    private static partial void Applied(ILogger log, string subject, string result);
}
