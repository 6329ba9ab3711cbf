using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;

namespace Gatehouse.Cli.Commands;

internal static class AuditCommand
{
    private const int PageSize = 1000;

    /// <summary>Nodes write their events within a second, and their clocks differ a little: what comes late has an earlier time than what was seen already.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Late = TimeSpan.FromSeconds(15);

    public static Command Create(GlobalOptions options, Terminal terminal)
    {
        var filter = new AuditFilter();
        var limit = new Option<int>("--limit") { Description = "How many at most, the latest.", DefaultValueFactory = _ => 50 };
        var follow = new Option<bool>("--follow") { Description = "Go on, and show events as they come; Ctrl-C ends it." };
        var command = new Command("audit", "Who did what, through which client, with which outcome, from where: the latest events, oldest first.") { limit, follow };
        filter.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options, parsed, terminal, filter, async (database, query, ct) =>
        {
            if (parsed.GetValue(limit) is < 1 or > 100_000) return terminal.Usage(8065, "--limit must be between 1 and 100000. For more, use `gatehouse audit export`.");
            var latest = (await database.Trail.ListAsync(query with { Backwards = true, Limit = parsed.GetValue(limit) }, ct)).Reverse().ToList();
            var asJson = parsed.GetValue(options.Json);
            if (parsed.GetValue(follow)) return await FollowAsync(database, terminal, asJson, query, latest, ct);
            if (asJson) terminal.Json(new JsonArray([.. latest.Select(AuditJson.Of)]));
            else terminal.Table(AuditJson.Headings, latest.Select(AuditJson.Row));
            return ExitCode.Ok;
        }, ct));
        command.Subcommands.Add(Export(options, terminal));
        return command;
    }

    private static Command Export(GlobalOptions options, Terminal terminal)
    {
        var filter = new AuditFilter();
        var command = new Command("export", "All events, oldest first, as JSON lines: for an archive, or for another system.");
        filter.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options, parsed, terminal, filter, async (database, query, ct) =>
        {
            Guid? next = null;
            IReadOnlyList<AuditEvent> page;
            do
            {
                page = await database.Trail.ListAsync(query with { Limit = PageSize, Next = next }, ct);
                foreach (var audited in page) terminal.JsonLine(AuditJson.Of(audited));
                next = page is [.., var last] ? last.Id : null;
            }
            while (page.Count == PageSize);
            return ExitCode.Ok;
        }, ct));
        return command;
    }

    private static Task<int> RunAsync(
        GlobalOptions options, ParseResult parsed, Terminal terminal, AuditFilter filter, Func<AppDatabase, AuditQuery, CancellationToken, Task<int>> run, CancellationToken ct) =>
        AppDatabase.RunAsync(options, parsed, terminal, Readiness.Required, (database, ct) =>
            filter.TryRead(parsed, OperatorTrail.People(database), database.Clock.GetUtcNow(), out var query, out var problem)
                ? run(database, query, ct)
                : Task.FromResult(terminal.Usage(8066, problem)), ct);

    private static async Task<int> FollowAsync(AppDatabase database, Terminal terminal, bool asJson, AuditQuery query, IReadOnlyList<AuditEvent> latest, CancellationToken ct)
    {
        var shown = new Dictionary<Guid, DateTimeOffset>();
        // From now on: an old event that did not fit into the limit does not come after the latest.
        var start = database.Clock.GetUtcNow();
        Show(latest);
        while (true)
        {
            await Task.Delay(Pause, database.Clock, ct);
            var since = database.Clock.GetUtcNow() - Late;
            IReadOnlyList<AuditEvent> page = await database.Trail.ListAsync(query with { Since = since > start ? since : start, Limit = PageSize, Backwards = true }, ct);
            Show([.. page.Reverse()]);
            foreach (var (id, at) in shown.Where(each => each.Value < since).ToList()) shown.Remove(id);
        }

        void Show(IReadOnlyList<AuditEvent> events)
        {
            foreach (var audited in events)
                if (shown.TryAdd(audited.Id, audited.At))
                {
                    if (asJson) terminal.JsonLine(AuditJson.Of(audited));
                    else terminal.Line(AuditJson.Line(audited));
                }
        }
    }
}
