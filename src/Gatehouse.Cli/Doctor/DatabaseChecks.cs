using System.Data.Common;
using Gatehouse.Cli.App;
using Gatehouse.Clients;
using Npgsql;

namespace Gatehouse.Cli.Doctor;

/// <summary>Can the database be reached, is it of this version, does its clock agree, and are the clients in it sound?</summary>
internal static class DatabaseChecks
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Check>> RunAsync(AppDatabase database, CancellationToken ct)
    {
        try
        {
            var status = await database.Schema.GetStatusAsync(ct);
            var inApp = await database.IsInAppContextAsync(status, ct);
            List<Check> checks = [Check.Ok("database", $"{database.Location.Provider}: {database.Location.Description}")];
            if (inApp) checks.Add(Check.Ok("migrations", "the tables live in a DbContext of the app, which migrates them"));
            else if (status.Unknown.Count > 0 && status.IsUsable)
                checks.Add(Check.Warn("migrations", $"the database is newer than this tool, which can work with it: it has {string.Join(", ", status.Unknown)}", "Right in the middle of an upgrade. After it: dotnet tool update Gatehouse.Cli."));
            else if (status.Unknown.Count > 0)
                checks.Add(Check.Fail("migrations", $"the database is newer than this tool: it has {string.Join(", ", status.Unknown)}", "Use the tool of the version that the app uses: dotnet tool update Gatehouse.Cli."));
            else if (status.Pending.Count > 0)
                checks.Add(Check.Fail("migrations", $"missing: {string.Join(", ", status.Pending)}", "Run `gatehouse database migrate`, or start the app, which migrates by default."));
            else checks.Add(Check.Ok("migrations", $"{status.Applied.Count} applied, none missing"));
            if (!inApp && !status.IsUsable) return checks;
            checks.Add(await ClockAsync(database, ct));
            checks.AddRange(Clients(await database.ListClientsAsync(ct), database.Validator, database.Clock.GetUtcNow()));
            checks.AddRange(await KeyChecks.RunAsync(database, ct));
            if (database.Location.Provider != DatabaseLocation.Sqlite) checks.AddRange(await PostgreSqlChecks.RunAsync(database, ct));
            return checks;
        }
        catch (Exception e) when (e is DbException or TimeoutException || e.InnerException is DbException)
        {
            return [Check.Fail("database", $"{database.Location.Provider}: {database.Location.Description} cannot be used: {e.Message}", "See that it runs, that it can be reached from here, and that the account may connect.")];
        }
    }

    private static async Task<Check> ClockAsync(AppDatabase database, CancellationToken ct)
    {
        if (database.Location.Provider == DatabaseLocation.Sqlite) return Check.Ok("database clock", "SQLite uses the clock of the machine that runs the app");
        await using var connection = new NpgsqlConnection(database.Location.ConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
        return Clock("database clock", theirs - database.Clock.GetUtcNow(), Tolerance);
    }

    public static Check Clock(string name, TimeSpan ahead, TimeSpan tolerance)
    {
        var seconds = Math.Round(Math.Abs(ahead.TotalSeconds), 1);
        var detail = $"{seconds} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} this machine";
        return ahead.Duration() > tolerance ? Check.Fail(name, detail, "Synchronise the clocks (NTP): lifetimes are counted on them.") : Check.Ok(name, detail);
    }

    private static IEnumerable<Check> Clients(IReadOnlyList<Client> clients, ClientMetadataValidator validator, DateTimeOffset now)
    {
        var sound = true;
        foreach (var client in clients)
        {
            foreach (var error in validator.Check(client))
            {
                sound = false;
                yield return Check.Fail($"client {client.Id}", error.Description, $"Correct it with `gatehouse clients update {client.Id}`.");
            }
            if (client is { IsPublic: false, Enabled: true } && client.Secrets.Any() && !client.Secrets.Any(secret => secret.ExpiresAt is null || secret.ExpiresAt > now))
                yield return Check.Warn($"client {client.Id}", "all of its secrets have expired", $"Run `gatehouse clients add-secret {client.Id}`.");
            if (!client.RequirePkce)
                yield return Check.Warn($"client {client.Id}", "may go without PKCE (require_pkce is false)", $"Once it sends a challenge, run `gatehouse clients update {client.Id} --set require_pkce=true`.");
        }
        if (sound) yield return Check.Ok("clients", $"{clients.Count} {(clients.Count == 1 ? "client" : "clients")}, all redirect URIs and other metadata by the rules");
    }
}
