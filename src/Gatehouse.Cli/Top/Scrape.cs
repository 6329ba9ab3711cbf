using System.Globalization;
using System.Net.Http.Headers;
using Gatehouse.Cli.Doctor;

namespace Gatehouse.Cli.Top;

/// <summary>What a node's <c>/metrics</c> said at one moment.</summary>
/// <param name="At">When, by a clock that only goes forward.</param>
/// <param name="Values">Each sample by its name and labels, as they are written.</param>
internal sealed record Scrape(long At, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Null if the node does not answer, or refuses.</summary>
    public static async Task<Scrape?> ReadAsync(HttpClient http, Uri url, string? token, TimeProvider clock, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, ct);
            return response.IsSuccessStatusCode ? Parse(await response.Content.ReadAsStringAsync(ct), clock.GetTimestamp()) : null;
        }
        catch (Exception e) when (ServerProbe.IsUnreachable(e, ct))
        {
            return null;
        }
    }

    /// <summary>Prometheus' text format: a name, labels in braces, a value; comments begin with <c>#</c>.</summary>
    public static Scrape Parse(string text, long at)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            // A label's value may hold a space; what follows the closing brace, or the name, may not.
            var end = line.LastIndexOf('}') is var brace and >= 0 ? brace + 1 : line.IndexOf(' ', StringComparison.Ordinal);
            if (end <= 0 || end >= line.Length) continue;
            var number = line[end..].TrimStart().Split(' ')[0];
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) values[line[..end]] = value;
        }
        return new(at, values);
    }

    /// <summary>The sum of all samples of a name whose labels have this in them.</summary>
    public double Sum(string name, string? label = null) => Values.Where(sample => IsOf(sample.Key, name) && (label is null || sample.Key.Contains(label, StringComparison.Ordinal))).Sum(sample => sample.Value);

    public double? Max(string name)
    {
        var values = Values.Where(sample => IsOf(sample.Key, name)).Select(sample => sample.Value).ToList();
        return values.Count == 0 ? null : values.Max();
    }

    private static bool IsOf(string sample, string name) => sample.StartsWith(name, StringComparison.Ordinal) && (sample.Length == name.Length || sample[name.Length] == '{');
}
