using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Cli.Commands;

internal static class TokensRevokeCommand
{
    /// <summary>What we hand out: access and refresh tokens, and codes.</summary>
    private static readonly string[] Prefixes = ["gta_", "gtr_", "gtc_"];

    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var user = new Option<string?>("--user") { Description = "Everything that this user authorized (the subject).", HelpName = "subject" };
        var client = new Option<string?>("--client") { Description = "Everything that this client holds; with --user, what it holds for that user.", HelpName = "client_id" };
        var token = new Option<string?>("--token") { Description = "The authorization that this token came from, with all of its tokens. - reads it from the input.", HelpName = "token" };
        var command = new Command("revoke", "Ends authorizations: their access tokens, refresh tokens and codes stop working at once.") { user, client, token };
        command.SetAction((parsed, ct) =>
        {
            var (subject, clientId) = (parsed.GetValue(user), parsed.GetValue(client));
            var byToken = parsed.GetValue(token) is not null;
            if (byToken == (subject is not null || clientId is not null))
                return Task.FromResult(terminal.Usage(8064, "Name what to revoke: --user, --client, both, or --token alone."));
            return AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, async (database, ct) =>
            {
                var now = database.Clock.GetUtcNow();
                int ended;
                if (!byToken) ended = await database.Protocol.RevokeFamiliesAsync(subject, clientId, now, ct);
                else if (await FindAsync(database.Protocol, await terminal.ReadSecretAsync(parsed.GetValue(token), ct), ct) is { } artifact)
                {
                    await database.Protocol.RevokeFamilyAsync(artifact.FamilyId, now, ct);
                    ended = 1;
                }
                else return terminal.Refuse(8021, "No live token like this is known: it was never issued here, has been revoked, or is a JWT, which is revoked by --user and --client.");
                await database.TakeDownAsync(terminal, AuditType.TokensRevoked, clientId, subject, ct, ("families", ended.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                if (parsed.GetValue(options.Json)) terminal.Json(new JsonObject { ["authorizations_ended"] = ended });
                else terminal.Line($"Ended {ended} authorizations.");
                return ExitCode.Ok;
            }, ct);
        });
        return command;
    }

    private static async ValueTask<Artifact?> FindAsync(IProtocolStore store, string? text, CancellationToken ct)
    {
        foreach (var prefix in Prefixes)
            if (Handle.TryParse(prefix, text?.Trim()) is { } handle && await store.FindAsync(handle.Id, ct) is { } artifact && handle.Matches(artifact.SecretHash.Span))
                return artifact;
        return null;
    }
}
