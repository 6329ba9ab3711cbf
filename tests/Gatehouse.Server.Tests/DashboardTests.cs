using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Server.Tests;

/// <summary>Dashboards rot in silence: a metric gets another name, and its panel says "no data" for ever.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class DashboardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Prometheus_answers_every_panel_and_every_rule_about_a_server_in_use()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var server = await TelemetryApp.StartAsync(("ConnectionStrings:Gatehouse", database));
        await server.SpendADayAsync();
        await using var prometheus = await RunningPrometheus.StartAsync(server.MetricsAddress());
        // A rate needs two readings.
        var patience = Stopwatch.StartNew();
        while ((await prometheus.AskAsync("count_over_time(gatehouse_key_age_seconds[1m]) >= 4")).Result.Length == 0)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), await server.ScrapeAsync());
            await Task.Delay(250, Ct);
        }

        var names = (await prometheus.GetAsync("/api/v1/label/__name__/values")).EnumerateArray().Select(name => name.GetString()).ToHashSet();
        Assert.True(Dashboard.Series.Count > 20, $"Only {Dashboard.Series.Count} series were found in the files.");
        Assert.Empty(Dashboard.Series.Except(names));

        foreach (var (panel, query) in Dashboard.Queries)
        {
            var (error, result) = await prometheus.AskAsync(query);
            Assert.True(error is null && result.Length > 0, $"{panel}: {error ?? "no data"}\n{query}");
        }

        var rules = (await prometheus.GetAsync("/api/v1/rules")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.True(rule.GetProperty("health").GetString() is not "err", rule.ToString()));
    }

    [Fact]
    public async Task Each_alert_comes_when_it_should_and_not_before()
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["test", "rules", "gatehouse.test.yml"]) { WorkingDirectory = Dashboard.Folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (said, wrong) = (promtool.StandardOutput.ReadToEndAsync(Ct), promtool.StandardError.ReadToEndAsync(Ct));
        await promtool.WaitForExitAsync(Ct);
        Assert.True(promtool.ExitCode == 0, await said + await wrong);

        var tested = await File.ReadAllTextAsync(Path.Combine(Dashboard.Folder, "gatehouse.test.yml"), Ct);
        foreach (var alert in Dashboard.Rules.Split('\n').Where(line => line.Contains("- alert:", StringComparison.Ordinal)).Select(line => line.Split(':')[1].Trim()))
            Assert.Contains($"alertname=\"{alert}\"", tested, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_is_whole()
    {
        Assert.True(Dashboard.Model.GetProperty("schemaVersion").GetInt32() >= 39);
        Assert.Equal("gatehouse", Dashboard.Model.GetProperty("uid").GetString());
        Assert.Equal(["datasource", "job", "instance"], Dashboard.Model.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()));
        Assert.Equal(Dashboard.Panels.Count, Dashboard.Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());

        var taken = new HashSet<(int, int)>();
        foreach (var panel in Dashboard.Panels)
        {
            var title = panel.GetProperty("title").GetString()!;
            Assert.NotEmpty(title);
            var place = panel.GetProperty("gridPos");
            int Place(string name) => place.GetProperty(name).GetInt32();
            Assert.True(Place("x") + Place("w") <= 24, title);
            for (var x = 0; x < Place("w"); x++)
                for (var y = 0; y < Place("h"); y++)
                    Assert.True(taken.Add((Place("x") + x, Place("y") + y)), $"{title} lies over another panel.");
            if (panel.GetProperty("type").GetString() == "row") continue;
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            // Whoever imports it chooses the data source.
            Assert.All(panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("datasource")).Append(panel.GetProperty("datasource")), source => Assert.Equal("${datasource}", source.GetProperty("uid").GetString()));
            Assert.All(panel.GetProperty("targets").EnumerateArray(), target => Assert.Contains("job=\"$job\",instance=~\"$instance\"", target.GetProperty("expr").GetString(), StringComparison.Ordinal));
        }
    }
}
