using System.Globalization;
using System.Text;

namespace Gatehouse.Growth.Asked;

/// <summary>A row for each request, and which of them are flat.</summary>
/// <param name="columns">The sizes, and last the largest once more, in the worst case.</param>
internal sealed class RequestsTable((int Artifacts, bool IsWorst)[] columns)
{
    private readonly StringBuilder rows = new();
    private readonly List<(string Name, bool Mix, bool Worst)> flat = [];

    public void Add(string name, double[] costs, double? ofNode = null)
    {
        var (mix, worst) = (costs[1..^1].Max() / costs[0], costs[^1] / costs[0]);
        flat.Add((name, mix <= OperationsPart.Flat, worst <= OperationsPart.Flat));
        rows.Append(CultureInfo.InvariantCulture, $"| {name} | {ofNode:F0} |");
        foreach (var cost in costs) rows.Append(CultureInfo.InvariantCulture, $" {cost:N0} |");
        rows.AppendLine(CultureInfo.InvariantCulture, $" {mix:F2} | {worst:F2} | {(flat[^1] is (_, true, true) ? "yes" : flat[^1].Mix ? "not in the worst case" : "no")} |");
    }

    public string Write()
    {
        var text = new StringBuilder("| request | of it the node, at the smallest, µs |");
        foreach (var (artifacts, isWorst) in columns) text.Append(CultureInfo.InvariantCulture, $" {artifacts:N0}{(isWorst ? ", worst case" : "")}, µs |");
        text.AppendLine(" most / smallest | worst case / smallest | within 25 % |").Append("| --- | ---: |");
        foreach (var _ in columns) text.Append(" ---: |");
        return text.AppendLine(" ---: | ---: | --- |").Append(rows).AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"Within 25 % of the smallest at every size: {flat.Count(one => one.Mix)} of {flat.Count}{Except(flat.Where(one => !one.Mix))}. In the worst case: {flat.Count(one => one.Worst)} of {flat.Count}{Except(flat.Where(one => !one.Worst))}.").ToString();
    }

    private static string Except(IEnumerable<(string Name, bool Mix, bool Worst)> not) => not.Any() ? $" (not: {string.Join("; ", not.Select(one => one.Name))})" : "";
}
