using Gatehouse.Cli.App;
using Gatehouse.Clients;

namespace Gatehouse.Cli.Doctor;

/// <summary>All checks that can be made with what was given, in the order in which one depends on another.</summary>
internal sealed class Examination(AppConfiguration app, AppDatabase? database, string? noDatabase, ServerProbe? server, IReadOnlyList<ServerProbe> nodes, Player? player, string? api)
{
    /// <summary>A server looks for changed clients twice a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken ct)
    {
        IReadOnlyList<Check> ofServer = server is null ? [] : await ServerChecks.RunAsync(server, app.Files.Count > 0 ? app : null, database?.Clock ?? TimeProvider.System, ct);
        var checks = new List<Check>();
        // Asked about a server from somewhere without the app, its configuration is not missing, only elsewhere.
        if (app.Files.Count > 0 || server is null) checks.AddRange(ConfigurationChecks.Run(app, server?.Issuer is { Length: > 0 } issuer ? issuer : null));
        if (database is not null) checks.AddRange(await DatabaseChecks.RunAsync(database, ct));
        else if (app.Files.Count > 0 || server is null) checks.Add(Check.Fail("database", noDatabase!, "Say where it is."));
        checks.AddRange(ofServer);
        if (nodes.Count > 0) checks.AddRange(await NodeChecks.RunAsync(nodes, server?.Issuer is { Length: > 0 } known ? known : null, database?.Clock ?? TimeProvider.System, ct));
        if (Stage().Count > 0) checks.AddRange(await PlayAsync(checks, ct));
        return checks;
    }

    /// <summary>Where the round trip is played: on the nodes, from one to the next, if they were named, else at the server.</summary>
    private List<ServerProbe> Stage() => [.. (nodes.Count > 0 ? nodes : server is null ? [] : [server]).Where(probe => probe.Issuer.Length > 0)];

    private async Task<IReadOnlyList<Check>> PlayAsync(List<Check> before, CancellationToken ct)
    {
        if (player is null) return [Check.Warn("round trip", "not played", "Pass --username and --password of a user, and --client-id and --client-secret unless the database can be reached.")];
        try
        {
            if (player.ClientId.Length > 0) return await new RoundTrip(Stage(), player, api).RunAsync(TimeSpan.Zero, ct);
            return database is not null && !before.Exists(check => check is { Status: "fail", Name: "database" or "migrations" })
                ? await PlayGuestAsync(database, player, ct)
                : [Check.Fail("round trip", "there is no client to play", "Pass --client-id and --client-secret, or --config of an app whose database can be reached.")];
        }
        catch (Exception e) when (ServerProbe.IsUnreachable(e, ct))
        {
            return [Check.Fail("round trip", ServerProbe.Reason(e), "See that the app still runs.")];
        }
    }

    /// <summary>With a client of its own, gone afterwards together with all that it was given, whatever happened.</summary>
    private async Task<IReadOnlyList<Check>> PlayGuestAsync(AppDatabase database, Player player, CancellationToken ct)
    {
        var now = database.Clock.GetUtcNow();
        var secret = ClientRegistration.NewSecret(now, now.AddMinutes(10));
        var guest = new Client
        {
            Id = "doctor-" + ClientRegistration.NewId(),
            Name = "gatehouse doctor",
            GrantTypes = ["password", "refresh_token"],
            Scope = player.Scope ?? "",
            CreatedAt = now,
            Secrets = [secret.Stored],
        };
        if (database.Validator.Check(guest) is [var error, ..]) return [Check.Fail("round trip", error.Description, "Correct --scope.")];
        await database.Clients.TryCreateAsync(guest, ct);
        try
        {
            return await new RoundTrip(Stage(), player with { ClientId = guest.Id, ClientSecret = secret.Reveal }, api).RunAsync(Patience, ct);
        }
        finally
        {
            await database.Clients.TryDeleteAsync(guest.Id, CancellationToken.None);
            await database.Protocol.RevokeFamiliesAsync(subject: null, guest.Id, now, CancellationToken.None);
        }
    }
}
