using System.Globalization;

namespace Gatehouse.Testing;

/// <summary>Where the server's programs are. Debian keeps them out of the path, one folder per major version.</summary>
public static class PostgresBinaries
{
    private const string DebianRoot = "/usr/lib/postgresql";

    public static string Find()
    {
        var debian = Directory.Exists(DebianRoot) ? Directory.GetDirectories(DebianRoot) : [];
        var newestFirst = debian
            .OrderByDescending(static folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(static folder => Path.Combine(folder, "bin"));
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return newestFirst.Concat(path).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            ?? throw new InvalidOperationException(
                $"These tests need the PostgreSQL server programs (initdb, postgres), and neither {DebianRoot}/*/bin nor the PATH has them. On Debian and Ubuntu: apt-get install postgresql");
    }
}
