using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth.Asked;

/// <summary>Somebody at a browser.</summary>
internal sealed record Visitor(string Subject, string Session, string Cookie);

/// <summary>
/// Who comes to a node. Nine of ten signed in or refreshed within the last day, the tenth some time; or, as the worst case, all of them some time in the fifteen days that the tables hold. Each comes with tokens that are in the tables.
/// </summary>
internal sealed class Visitors(IGrown grown, NodeProcess node, bool worst)
{
    private const int Most = 6_000;

    private Queue<string> access = [], refresh = [], revocable = [];
    private Queue<Visitor> visitors = [];

    public IGrown Grown => grown;

    public NodeProcess Node => node;

    public bool IsWorst => worst;

    public static Task<Visitors> CreateAsync(IGrown grown, NodeProcess node, CancellationToken ct) => CreateAsync(new(grown, node, worst: false), [], ct);

    /// <summary>At the same node, with refresh tokens of their own: one that is used twice ends its family.</summary>
    public static Task<Visitors> CreateWorstAsync(Visitors beside, CancellationToken ct) => CreateAsync(new(beside.Grown, beside.Node, worst: true), beside.refresh, ct);

    private static async Task<Visitors> CreateAsync(Visitors all, IEnumerable<string> taken, CancellationToken ct)
    {
        all.access = new((await all.SampleAsync(age => Tokens("access_token", age), ct)).Select(row => Handle(ReferenceAccessToken.Prefix, row[0])));
        var tokens = (await all.SampleAsync(age => Tokens("refresh_token", age), ct)).ConvertAll(row => Handle(RefreshToken.Prefix, row[0])).Except(taken).ToList();
        (all.refresh, all.revocable) = (new(tokens.Take(tokens.Count / 2)), new(tokens.Skip(tokens.Count / 2)));
        var sessions = await all.SampleAsync(age => ("s.subject, s.id FROM gatehouse_families f", $"JOIN gatehouse_sessions s ON s.id = f.session_id WHERE f.created_at > {Before(age)}"), ct);
        all.visitors = new(sessions.Zip(await all.Node.CookiesAsync(sessions.Select(row => $"{row[0]} {row[1]}")), (row, cookie) => new Visitor(row[0], row[1], cookie)));
        return all;
    }

    /// <summary>The next that come; after all have come, the first comes again.</summary>
    public List<string> AccessTokens(int count) => Next(access, count);

    public List<string> RevocableTokens(int count) => Next(revocable, count);

    public List<Visitor> Browsers(int count) => Next(visitors, count);

    /// <summary>They are spent: whoever takes them brings their successors.</summary>
    public List<string> TakeRefreshTokens(int count) => [.. Enumerable.Range(0, Math.Min(count, refresh.Count)).Select(_ => refresh.Dequeue())];

    public void Bring(IEnumerable<string> answers)
    {
        foreach (var answer in answers) refresh.Enqueue(JsonElement.Parse(answer).GetProperty("refresh_token").GetString()!);
    }

    /// <summary>As if they had last been here some minutes ago, and at no client yet: both are noted again.</summary>
    public Task LeaveAsync(IEnumerable<Visitor> gone) =>
        grown.ExecuteAsync($"UPDATE gatehouse_sessions SET last_seen_at = {Before(TimeSpan.FromMinutes(10))}, clients = '' WHERE id IN ({string.Join(", ", gone.Select(one => $"'{one.Session}'"))})", default);

    /// <summary>What was ended lives again, so that it can be ended again.</summary>
    public Task ReviveFamiliesAsync(IEnumerable<string> tokens) => grown.ExecuteAsync(
        $"UPDATE gatehouse_families SET revoked_at = NULL WHERE id IN (SELECT family_id FROM gatehouse_artifacts WHERE id IN ({string.Join(", ", tokens.Select(token => $"'{token.Substring(RefreshToken.Prefix.Length, 12)}'"))}))", default);

    public async Task ReviveSessionsAsync(IReadOnlyList<Visitor> gone)
    {
        var store = grown.Services.GetRequiredService<ISessionStore>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var one in gone) await store.StartAsync(new Session(one.Session, one.Subject, Asked.Node.Stamp, now.AddDays(-1), now.AddMinutes(-10), now.AddDays(13)), default);
        await grown.ExecuteAsync($"UPDATE gatehouse_families SET revoked_at = NULL WHERE session_id IN ({string.Join(", ", gone.Select(one => $"'{one.Session}'"))})", default);
    }

    private static long Before(TimeSpan time) => (TimeProvider.System.GetUtcNow() - time).ToUnixTimeMilliseconds();

    // They end as much later as they were made. None ends while it is asked for.
    private static (string From, string Where) Tokens(string kind, TimeSpan age) => ("id FROM gatehouse_artifacts",
        $"WHERE kind = '{kind}' AND spent_at IS NULL AND client_id = '{Content.Client(0)}' AND expires_at > {Math.Max(Before(TimeSpan.FromHours(-6)), Before(age - Content.RefreshTokenLifetime))}");

    private async Task<List<string[]>> SampleAsync(Func<TimeSpan, (string From, string Where)> query, CancellationToken ct)
    {
        var any = await AskAsync(query(Content.Span), grown.Sampled(Most * 40));
        // In a small table a day's are so few that they would all be used up.
        var day = worst || grown.Artifacts < 10_000 ? [] : await AskAsync(query(TimeSpan.FromDays(1)), "");
        var all = day.Concat(any.Take(day.Count == 0 ? any.Count : Math.Max(1, day.Count / 9))).DistinctBy(row => string.Join(' ', row)).ToArray();
        new Random(11).Shuffle(all);
        return [.. all];

        Task<List<string[]>> AskAsync((string From, string Where) asked, string sampled) => grown.AskAsync($"SELECT {asked.From} {sampled} {asked.Where} ORDER BY random() LIMIT {Most}", ct);
    }

    private static string Handle(string prefix, string id) => Protocol.Handle.Of(prefix, Base64Url.DecodeFromChars(id), Content.SecretOf(id)).Reveal();

    private static List<T> Next<T>(Queue<T> all, int count)
    {
        var next = new List<T>();
        for (var left = Math.Min(count, all.Count); left > 0; left--)
        {
            next.Add(all.Dequeue());
            all.Enqueue(next[^1]);
        }
        return next;
    }
}
