using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Diagnostics;
using Gatehouse.Tests.Architecture;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Diagnostics;

/// <summary>docs/telemetry.md is what operators build on, so it is held complete from both sides.</summary>
public sealed partial class DocumentedTests
{
    private static readonly string Page = Repository.Read("docs/telemetry.md");

    [Fact]
    public async Task Every_metric_is_documented_with_its_kind_and_unit_and_none_that_there_is_not()
    {
        await using var provider = await TestProvider.StartAsync();
        var factory = provider.Get<IMeterFactory>();
        var published = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == Metrics.Meter)
                    published.Add($"{instrument.Name} | {instrument.GetType().Name.Split('`')[0] switch { "Counter" => "counter", "Histogram" => "histogram", "ObservableGauge" => "gauge", var other => other }}, `{instrument.Unit}`");
            },
        };
        listener.Start();

        var documented = Rows().Matches(Page).Select(row => $"{row.Groups[1].Value} | {row.Groups[2].Value}");

        Assert.Equal(published.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_attribute_is_documented()
    {
        var names = typeof(Attributes).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.True(names.Count > 5);
        Findings.None(names.Where(name => !Page.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_span_is_documented_and_none_that_there_is_not()
    {
        var made = Repository.Files("src", ".cs").SelectMany(file => Spans().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value).Distinct();
        var documented = DocumentedSpans().Matches(Page[Page.IndexOf("## Traces", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value);
        Assert.Equal(made.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `(gatehouse\.[a-z._]+)` \| (\w+, `[^`]+`) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"Tracing\.Span\(""([^""]+)""\)")]
    private static partial Regex Spans();

    [GeneratedRegex(@"^\| `([a-z ]+)` \|", RegexOptions.Multiline)]
    private static partial Regex DocumentedSpans();
}
