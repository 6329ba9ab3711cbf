using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class ParametersTests
{
    private static readonly Gen<KeyValuePair<string, string>> pair =
        Gen.OneOf("scope", "Scope", "state", "client_id", "resource", "audience", "unknown").Select(Gen.OneOf("", "", "x", "y", " "), KeyValuePair.Create);

    private static readonly Gen<List<KeyValuePair<string, string>>> requests = pair.List[0, 6];

    [Fact, Trait("SR", "SR-021")]
    public void A_repeated_parameter_is_refused_and_only_resource_and_audience_may_repeat() =>
        requests.Sample(pairs =>
        {
            var repeated = pairs.Where(pair => pair.Value != "").GroupBy(pair => pair.Key)
                .Where(group => group.Count() > 1 && group.Key is not ("resource" or "audience")).Select(group => group.Key).ToList();
            if (Parameters.From([.. pairs]).Succeeded(out _, out var error))
            {
                Assert.Empty(repeated);
                return;
            }
            Assert.Equal("invalid_request", error.Code);
            Assert.Contains(repeated, name => error.Description.Contains($"'{name}'", StringComparison.Ordinal));
        });

    [Fact, Trait("SR", "SR-022")]
    public void A_parameter_with_an_empty_value_is_as_one_that_is_absent() =>
        requests.Sample(pairs =>
        {
            var (given, trimmed) = (Parameters.From([.. pairs]), Parameters.From([.. pairs.Where(pair => pair.Value != "")]));
            Assert.Equal(given.Succeeded(out var one, out _), trimmed.Succeeded(out var other, out _));
            Assert.Equal(one?.Pairs, other?.Pairs);
        });

    [Fact, Trait("SR", "SR-022")]
    public void An_unknown_parameter_changes_nothing_that_is_asked_for() =>
        requests.Where(pairs => pairs.All(pair => pair.Key != "unknown")).Select(Gen.Int[0, 6]).Sample((pairs, place) =>
        {
            List<KeyValuePair<string, string>> more = [.. pairs];
            more.Insert(Math.Min(place, more.Count), new("unknown", "x"));
            if (!Parameters.From([.. pairs]).Succeeded(out var one, out _) || !Parameters.From(more).Succeeded(out var other, out _)) return;
            foreach (var name in pairs.Select(pair => pair.Key).Append("absent"))
            {
                Assert.Equal(one.Optional(name), other.Optional(name));
                Assert.Equal(one.All(name), other.All(name));
            }
        });

    [Fact]
    public void What_was_sent_is_what_is_read() =>
        requests.Sample(pairs =>
        {
            if (!Parameters.From([.. pairs]).Succeeded(out var parameters, out _)) return;
            foreach (var name in pairs.Select(pair => pair.Key).Append("absent"))
            {
                var values = pairs.Where(pair => pair.Key == name && pair.Value != "").Select(pair => pair.Value).ToList();
                Assert.Equal(values, parameters.All(name));
                Assert.Equal(values.FirstOrDefault(), parameters.Optional(name));
                Assert.Equal(values.Count > 0, parameters.Required(name).Succeeded(out var required, out var error));
                Assert.Equal(values.FirstOrDefault(), required);
                Assert.Equal(values.Count > 0 ? null : "invalid_request", error?.Code);
            }
        });
}
