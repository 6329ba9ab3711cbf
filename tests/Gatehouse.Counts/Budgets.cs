using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Counts;

/// <summary>What each operation may cost: <c>eng/budgets.json</c>.</summary>
/// <param name="Tolerance">How much more than its budget an operation may allocate, as a share of it.</param>
/// <param name="AllocatedBytes">For one request, server included.</param>
internal sealed record Budgets(double Tolerance, SortedDictionary<string, long> AllocatedBytes)
{
    public const string UpdateCommand = "GATEHOUSE_UPDATE=1 ./test Gatehouse.Counts";

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly string file = Find();

    public static Budgets Read() => JsonSerializer.Deserialize<Budgets>(File.ReadAllText(file), json)!;

    public void Write() => File.WriteAllText(file, JsonSerializer.Serialize(this, json) + "\n");

    /// <summary>Null if <paramref name="bytes"/> are within the budget, else what to say.</summary>
    public string? Complain(string operation, long bytes)
    {
        if (!AllocatedBytes.TryGetValue(operation, out var budget)) return $"{operation} has no budget. It allocates {bytes} bytes per request. Set one: {UpdateCommand}";
        if (bytes <= budget * (1 + Tolerance)) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{operation} allocates {bytes} bytes per request, {(double)bytes / budget - 1:P1} more than its budget of {budget} in eng/budgets.json. If what the bytes are for is worth it, set a new one and say why in the commit: {UpdateCommand}");
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Gatehouse.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "eng", "budgets.json");
    }
}
