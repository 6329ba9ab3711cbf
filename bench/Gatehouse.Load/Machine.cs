using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gatehouse.Load;

/// <summary>Where and with what: a number without it says nothing.</summary>
internal static class Machine
{
    public static string Describe(string? postgreSql)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var parts = new List<string> { $"{Environment.ProcessorCount} × {processor}", RuntimeInformation.FrameworkDescription };
        if (postgreSql is not null) parts.Add("PostgreSQL " + postgreSql);
        parts.Add("OpenIddict " + Version("OpenIddict.Target", "OpenIddict.Server.dll"));
        if (OidcProvider() is { } oidcProvider) parts.Add("oidc-provider " + oidcProvider);
        return $"{DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {string.Join(", ", parts)}.";
    }

    private static string Version(string project, string assembly) =>
        FileVersionInfo.GetVersionInfo(Path.Combine(Parts.Folder, project, "bin", Parts.Configuration, "net10.0", assembly)).ProductVersion!.Split('+')[0];

    private static string? OidcProvider()
    {
        var file = Path.Combine(Parts.Folder, "oidc-provider", "node_modules", "oidc-provider", "package.json");
        return File.Exists(file) ? JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("version").GetString() : null;
    }
}
