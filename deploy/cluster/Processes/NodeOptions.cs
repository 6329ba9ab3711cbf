namespace Gatehouse.Cluster.Processes;

/// <summary>How a node is started.</summary>
internal sealed record NodeOptions
{
    /// <summary>Clients, scopes and users. Default: those of the demo, <c>deploy/cluster/settings.json</c>.</summary>
    public string SettingsFile { get; init; } = Path.Combine(AppContext.BaseDirectory, "settings.json");

    /// <summary>Settings by their names (<c>Gatehouse:Tokens:AccessTokenLifetime</c>); they win over the file.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment variables of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A library to load first (<c>LD_PRELOAD</c>), such as one that bends the clock.</summary>
    public string? Preload { get; init; }

    /// <summary>Another build of the server. Default: the one that was built with this.</summary>
    public string? ServerDll { get; init; }

    /// <summary>These, and more settings on top.</summary>
    public NodeOptions With(params IEnumerable<KeyValuePair<string, string>> settings) => this with { Settings = Settings.Concat(settings).GroupBy(setting => setting.Key).ToDictionary(group => group.Key, group => group.Last().Value) };
}
