using System.Text.RegularExpressions;

namespace Gatehouse.Server.Hosting;

/// <summary><c>${Section:Key}</c> in a setting stands for another setting, so that a file with many addresses is moved to another host by one of them.</summary>
internal static partial class Placeholders
{
    public static void Fill(ConfigurationManager configuration)
    {
        var filled = configuration.AsEnumerable()
            .Where(setting => setting.Value is { } value && Placeholder().IsMatch(value) && setting.Key.StartsWith("Gatehouse:", StringComparison.OrdinalIgnoreCase))
            .Select(setting => KeyValuePair.Create(setting.Key, (string?)Placeholder().Replace(setting.Value!, match => Find(configuration, setting.Key, match.Groups[1].Value))))
            .ToList();
        if (filled.Count > 0) configuration.AddInMemoryCollection(filled);
    }

    private static string Find(ConfigurationManager configuration, string key, string name) =>
        configuration[name] ?? throw new SettingsException($"{key} speaks of ${{{name}}}, and there is no setting {name}. Set it, or write the value out. (gatehouse explain 7053)");

    [GeneratedRegex(@"\$\{([A-Za-z0-9:_]+)\}")]
    private static partial Regex Placeholder();
}
