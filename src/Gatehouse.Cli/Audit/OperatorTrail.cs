using System.Data.Common;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Cli.Audit;

/// <summary>What an operator changes from outside the app stands in the same trail as what the app does, under the account that they used on this machine.</summary>
internal static class OperatorTrail
{
    /// <summary>How the app names people in its trail.</summary>
    public static PersonalData People(AppDatabase database) => new(Options(database).HashKey);

    public static async Task TakeDownAsync(
        this AppDatabase database, Terminal terminal, string type, string? clientId, string? subject, CancellationToken ct, params (string Name, string? Value)[] details)
    {
        if (!Options(database).Enabled) return;
        var now = database.Clock.GetUtcNow();
        var named = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = $"gatehouse ({Environment.UserName})" };
        foreach (var (name, value) in details)
            if (value is not null) named[name] = value;
        try
        {
            await database.Trail.AppendAsync([new(Guid.CreateVersion7(now), now, type, AuditOutcome.Success, clientId, People(database).HashSubject(subject), null, Environment.MachineName) { Details = named }], ct);
        }
        catch (Exception e) when (e is DbException || e.InnerException is DbException)
        {
            // It was done; saying that it failed would only have it done twice.
            terminal.Note($"This was done, but could not be written into the audit trail: {(e.InnerException ?? e).Message}");
        }
    }

    private static AuditOptions Options(AppDatabase database) => database.App.Values.GetSection("Gatehouse:Audit").Get<AuditOptions>() ?? new();
}
