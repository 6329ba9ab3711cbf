using Gatehouse.Server.Accounts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration.Json;

namespace Gatehouse.Server.Hosting;

/// <summary>What the server works out for itself, so that it starts with no settings at all. Everything here can be set.</summary>
/// <param name="Urls">Where it listens.</param>
/// <param name="DataFolder">What is kept in files: the database, if it is SQLite; Data Protection's keys; the development certificate.</param>
/// <param name="ConnectionString">With an absolute path, if it is a file.</param>
/// <param name="IsSqlite">Else PostgreSQL.</param>
/// <param name="IsHttps">Whether users reach it by https, itself or through a proxy.</param>
internal sealed record ServerSettings(IReadOnlyList<string> Urls, string DataFolder, string ConnectionString, bool IsSqlite, bool IsHttps)
{
    /// <summary>By name and not by address: browsers have no passkeys for a bare IP address. Kestrel binds both loopback addresses.</summary>
    private const string DefaultUrl = "http://localhost:5090";

    private static readonly string[] FileKeys = ["Data Source", "DataSource", "Filename"];

    public static ServerSettings Read(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (configuration["config"] is { Length: > 0 } file) AddFile(configuration, file);
        Placeholders.Fill(configuration);

        var urls = (configuration["urls"] ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // Endpoints below Kestrel: say more than an address can, and stand alone.
        if (!configuration.GetSection("Kestrel:Endpoints").Exists()) builder.WebHost.UseUrls(urls);
        AddDefaults(configuration, urls);

        var folder = Path.GetFullPath(configuration["Gatehouse:DataFolder"] ?? "data", builder.Environment.ContentRootPath);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var connection = configuration.GetConnectionString("Gatehouse") ?? $"Data Source={Path.Combine(folder, "gatehouse.db")}";
        var isSqlite = IsFile(connection, configuration["Gatehouse:Provider"]);
        var isHttps = configuration["Gatehouse:Issuer"]?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ?? false;
        return new(urls, folder, isSqlite ? Located(connection, builder.Environment.ContentRootPath) : connection, isSqlite, isHttps);
    }

    /// <summary>The file of <c>--config</c> wins over <c>appsettings.json</c>, and environment variables and the command line win over it.</summary>
    private static void AddFile(ConfigurationManager configuration, string file)
    {
        // `dotnet run --project` starts in the project's folder; whoever typed a relative path meant the folder of their shell.
        var path = new[] { Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable("PWD") ?? "" }
            .Select(folder => Path.GetFullPath(Path.Combine(folder, file))).FirstOrDefault(File.Exists)
            ?? throw new SettingsException($"--config: there is no '{file}'. (gatehouse explain 7055)");
        var source = new JsonConfigurationSource { Path = path, Optional = false, ReloadOnChange = true };
        source.ResolveFileProvider();
        var sources = ((IConfigurationBuilder)configuration).Sources;
        var last = sources.Select((each, i) => (each, i)).Where(item => item.each is JsonConfigurationSource).Select(item => item.i).DefaultIfEmpty(-1).Max();
        sources.Insert(last + 1, source);
    }

    /// <summary>One loopback address needs no issuer to be set: nobody else can reach it. Any other server must say who it is.</summary>
    private static void AddDefaults(ConfigurationManager configuration, string[] urls)
    {
        var defaults = new Dictionary<string, string?> { ["Gatehouse:Pages:ApplicationName"] = "Gatehouse" };
        for (var i = 0; i < SignInMethod.Levels.Length; i++) defaults[$"Gatehouse:Authorize:AcrValues:{i}"] = SignInMethod.Levels[i];
        var loopback = urls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback ? uri : null).ToList();
        if (configuration["Gatehouse:Issuer"] is null && !loopback.Contains(null))
        {
            var own = loopback.Find(uri => uri!.Scheme == Uri.UriSchemeHttps) ?? loopback[0]!;
            defaults["Gatehouse:Issuer"] = own.GetLeftPart(UriPartial.Authority);
            defaults["Gatehouse:RequireHttps"] = own.Scheme == Uri.UriSchemeHttps ? "true" : "false";
        }
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
    }

    private static bool IsFile(string connection, string? provider) => provider?.ToLowerInvariant() switch
    {
        "sqlite" => true,
        "postgresql" => false,
        null => new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connection } is var parts && FileKeys.Any(parts.ContainsKey),
        _ => throw new SettingsException($"Gatehouse:Provider '{provider}' is unknown. Use sqlite or postgresql, or leave it out: the connection string tells. (gatehouse explain 7051)"),
    };

    private static string Located(string connection, string contentRoot)
    {
        var sqlite = new SqliteConnectionStringBuilder(connection);
        sqlite.DataSource = Path.GetFullPath(sqlite.DataSource, contentRoot);
        Directory.CreateDirectory(Path.GetDirectoryName(sqlite.DataSource)!);
        return sqlite.ConnectionString;
    }
}
