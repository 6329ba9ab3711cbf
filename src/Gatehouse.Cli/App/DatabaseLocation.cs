using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Gatehouse.Cli.App;

/// <summary>Which database, and of which kind.</summary>
/// <param name="Provider"><c>sqlite</c> or <c>postgresql</c>.</param>
/// <param name="ConnectionString">With an absolute path, if it is a file.</param>
internal sealed record DatabaseLocation(string Provider, string ConnectionString)
{
    public const string Sqlite = "sqlite", PostgreSql = "postgresql";

    private static readonly string[] FileKeys = ["Data Source", "DataSource", "Filename"];

    /// <summary>For people: the file, or host and database. No password.</summary>
    public string Description
    {
        get
        {
            if (Provider == Sqlite) return File;
            var npgsql = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"{npgsql.Database} at {npgsql.Host}";
        }
    }

    /// <summary>False for a file that is not there. Opening it to look would make it.</summary>
    public bool MayExist => Provider != Sqlite || File.StartsWith("file:", StringComparison.Ordinal) || System.IO.File.Exists(File);

    private string File => new SqliteConnectionStringBuilder(ConnectionString).DataSource;

    /// <summary>From <c>--provider</c> and <c>--connection</c>, else from the app's <c>Gatehouse:Provider</c> and <c>ConnectionStrings:Gatehouse</c>.</summary>
    public static bool TryFind(
        AppConfiguration app, string? provider, string? connection, [NotNullWhen(true)] out DatabaseLocation? location, [NotNullWhen(false)] out string? problem)
    {
        location = null;
        // What was typed here is relative to here; what the app says is relative to the app.
        var folder = connection is null ? app.Folder : Directory.GetCurrentDirectory();
        var text = connection ?? app.Values.GetConnectionString("Gatehouse");
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = $"There is no ConnectionStrings:Gatehouse in {app.Sources} for the environment {app.EnvironmentName}, nor in environment variables. "
                + "Name the app's folder with --config, another environment with --environment, or pass --provider and --connection.";
            return false;
        }
        return TryRead(text, provider ?? (connection is null ? app.Values["Gatehouse:Provider"] : null), folder, out location, out problem);
    }

    public static bool TryRead(string text, string? provider, string folder, [NotNullWhen(true)] out DatabaseLocation? location, [NotNullWhen(false)] out string? problem)
    {
        (location, problem) = (null, null);
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            switch (provider?.ToLowerInvariant() ?? (FileKeys.Any(parts.ContainsKey) ? Sqlite : PostgreSql))
            {
                case Sqlite: return TryLocateFile(new(text), folder, out location, out problem);
                case PostgreSql:
                    location = new(PostgreSql, new NpgsqlConnectionStringBuilder(text).ConnectionString);
                    return true;
                default:
                    problem = $"The provider '{provider}' is unknown. Use sqlite or postgresql.";
                    return false;
            }
        }
        catch (ArgumentException e)
        {
            problem = $"The connection string is not valid: {e.Message}";
            return false;
        }
    }

    private static bool TryLocateFile(
        SqliteConnectionStringBuilder sqlite, string folder, [NotNullWhen(true)] out DatabaseLocation? location, [NotNullWhen(false)] out string? problem)
    {
        (location, problem) = (null, null);
        if (sqlite.Mode == SqliteOpenMode.Memory || sqlite.DataSource is "" or ":memory:")
        {
            problem = "The app keeps its database in memory, where another process cannot see it. Use a file, for example Data Source=gatehouse.db.";
            return false;
        }
        if (!sqlite.DataSource.StartsWith("file:", StringComparison.Ordinal) && !sqlite.DataSource.StartsWith('|'))
            sqlite.DataSource = Path.GetFullPath(sqlite.DataSource, folder);
        location = new(Sqlite, sqlite.ConnectionString);
        return true;
    }
}
