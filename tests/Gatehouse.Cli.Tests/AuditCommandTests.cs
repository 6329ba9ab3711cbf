using System.Text.Json;
using Gatehouse.Audit;

namespace Gatehouse.Cli.Tests;

public sealed class AuditCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_operator_changes_is_in_the_trail_under_their_account()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "a", "--grant", "client_credentials")).Succeeded();
        (await app.RunAsync("clients", "update", "a", "--name", "A")).Succeeded();
        (await app.RunAsync("clients", "add-secret", "a")).Succeeded();
        (await app.RunAsync("tokens", "revoke", "--client", "a")).Succeeded();
        (await app.RunAsync("clients", "delete", "a")).Succeeded();
        (await app.RunAsync("users", "create", "alice", "--password", "correct horse battery")).Succeeded();

        var events = (await app.RunAsync("audit", "--json")).Succeeded().Json.EnumerateArray().ToList();
        Assert.Equal(
            [AuditType.ClientCreated, AuditType.ClientChanged, AuditType.ClientChanged, AuditType.TokensRevoked, AuditType.ClientDeleted, AuditType.UserChanged],
            events.Select(audited => audited.GetProperty("type").GetString()));
        Assert.All(events[..^1], audited => Assert.Equal("a", audited.GetProperty("client_id").GetString()));
        Assert.All(events, audited => Assert.Equal($"gatehouse ({Environment.UserName})", audited.GetProperty("details").GetProperty("by").GetString()));
        var all = string.Join('\n', events);
        Assert.DoesNotContain("alice", all, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_and_an_address_are_found_by_what_the_app_hashes_them_to()
    {
        const string key = "a key of sixteen or more";
        await using var app = new AppFolder($$"""{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "Audit": { "HashKey": "{{key}}" } } }""");
        (await app.RunAsync("database", "migrate")).Succeeded();
        var people = new PersonalData(key);
        var (alice, home) = (people.HashSubject("1"), people.HashAddress(System.Net.IPAddress.Parse("192.0.2.7")));
        await AppendAsync(app, NewEvent(0) with { Subject = alice, Address = home }, NewEvent(1) with { Subject = people.HashSubject("2"), Address = home }, NewEvent(2) with { Subject = alice });

        Assert.Equal(["0", "2"], Numbers(await app.RunAsync("audit", "--user", "1", "--json")));
        Assert.Equal(["0", "1"], Numbers(await app.RunAsync("audit", "--address", "192.0.2.7", "--json")));
        Assert.Equal(["0"], Numbers(await app.RunAsync("audit", "--user", "1", "--address", "192.0.2.7", "--json")));
        var table = (await app.RunAsync("audit", "--user", "1")).Succeeded().Output;
        Assert.Contains(alice![..8], table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latest_are_shown_the_oldest_first_and_all_are_exported_line_by_line()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        await AppendAsync(app, [.. Enumerable.Range(0, 2500).Select(NewEvent)]);

        Assert.Equal(["2498", "2499"], Numbers(await app.RunAsync("audit", "--limit", "2", "--json")));
        var lines = (await app.RunAsync("audit", "export")).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 2500), lines.Select(line => int.Parse(JsonElement.Parse(line).GetProperty("details").GetProperty("number").GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        var some = (await app.RunAsync("audit", "export", "--since", Start.AddSeconds(10).ToString("O"), "--until", Start.AddSeconds(12).ToString("O"))).Succeeded().Output;
        Assert.Equal(2, some.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Who_follows_sees_what_comes_once()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        await AppendAsync(app, NewEvent(0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var output = new StringWriter();
        using var error = new StringWriter();
        var following = Tool.RunAsync(["audit", "--follow", "--json", "--config", app.Path], TextWriter.Synchronized(output), error, TextReader.Null, stop.Token);
        await SeenAsync(1);
        await AppendAsync(app, NewEvent(1) with { Id = Guid.CreateVersion7(), At = TimeProvider.System.GetUtcNow() });
        await SeenAsync(2);
        await Task.Delay(1500, Ct);
        await stop.CancelAsync();
        Assert.Equal(130, await following);
        Assert.Equal(2, Lines());

        int Lines()
        {
            lock (output) return output.ToString().Count(c => c == '\n');
        }
        async Task SeenAsync(int lines)
        {
            for (var waited = 0; Lines() < lines; waited++)
            {
                Assert.True(waited < 300 && !following.IsCompleted, error.ToString());
                await Task.Delay(100, Ct);
            }
        }
    }

    [Theory]
    [InlineData("--since", "yesterday", "neither an age such as 15m")]
    [InlineData("--until", "5x", "neither an age such as 15m")]
    [InlineData("--address", "home", "no IP address")]
    [InlineData("--limit", "0", "between 1 and 100000")]
    public async Task What_cannot_be_asked_is_refused(string option, string value, string message)
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        (await app.RunAsync("audit", option, value)).Refused(2, message);
    }

    private static DateTimeOffset Start { get; } = new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero);

    private static AuditEvent NewEvent(int number) =>
        new(Guid.CreateVersion7(Start.AddSeconds(number)), Start.AddSeconds(number), AuditType.TokensIssued, AuditOutcome.Success, "a", null, null, "node")
        {
            Details = new Dictionary<string, string> { ["number"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        };

    private static ValueTask AppendAsync(AppFolder app, params AuditEvent[] events) => app.Get<IAuditStore>().AppendAsync(events, Ct);

    private static IEnumerable<string?> Numbers(ToolRun run) => run.Succeeded().Json.EnumerateArray().Select(audited => audited.GetProperty("details").GetProperty("number").GetString());
}
