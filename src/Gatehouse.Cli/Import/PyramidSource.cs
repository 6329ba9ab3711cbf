using System.Diagnostics.CodeAnalysis;
using Gatehouse.Cli.App;
using Npgsql;

namespace Gatehouse.Cli.Import;

/// <summary>Where the old database is, as whoever runs the import is likely to have it at hand.</summary>
internal static class PyramidSource
{
    /// <param name="source">A file, a connection string, or the <c>sqlalchemy.url</c> of the <c>.ini</c> file.</param>
    /// <param name="folder">Where a relative file starts.</param>
    /// <param name="location">The database.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryLocate(string source, string folder, [NotNullWhen(true)] out DatabaseLocation? location, [NotNullWhen(false)] out string? problem)
    {
        if (!source.Contains("://", StringComparison.Ordinal))
            return DatabaseLocation.TryRead(source.Contains('=') && !File.Exists(source) ? source : AsFile(source), provider: null, folder, out location, out problem);
        // Three slashes before a relative file, four before an absolute one.
        const string sqlite = "sqlite:///";
        if (source.StartsWith(sqlite, StringComparison.Ordinal)) return DatabaseLocation.TryRead(AsFile(source[sqlite.Length..]), DatabaseLocation.Sqlite, folder, out location, out problem);
        if (Uri.TryCreate(source, UriKind.Absolute, out var url) && url.Scheme.Split('+')[0] is ("postgresql" or "postgres"))
            return DatabaseLocation.TryRead(AsPostgreSql(url), DatabaseLocation.PostgreSql, folder, out location, out problem);
        (location, problem) = (null, "only SQLite and PostgreSQL can be read. Copy the two tables oauth2_provider_clients and oauth2_provider_redirect_uris into a SQLite file.");
        return false;
    }

    private static string AsFile(string path) => $"Data Source=\"{path}\"";

    private static string AsPostgreSql(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder { Host = url.Host, Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')) };
        if (url.Port > 0) connection.Port = url.Port;
        if (user[0].Length > 0) connection.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) connection.Password = Uri.UnescapeDataString(user[1]);
        return connection.ConnectionString;
    }
}
