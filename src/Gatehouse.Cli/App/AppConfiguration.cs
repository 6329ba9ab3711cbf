using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Cli.App;

/// <summary>The app's configuration as the app reads it: <c>appsettings.json</c>, that of the environment, then environment variables.</summary>
/// <param name="Values">All of it.</param>
/// <param name="Folder">The app's content root.</param>
/// <param name="EnvironmentName">For example <c>Production</c>.</param>
/// <param name="Files">The files that were read.</param>
internal sealed record AppConfiguration(IConfiguration Values, string Folder, string EnvironmentName, IReadOnlyList<string> Files)
{
    public static bool TryRead(string path, string? environment, [NotNullWhen(true)] out AppConfiguration? configuration, [NotNullWhen(false)] out string? problem)
    {
        (configuration, problem) = (null, null);
        var full = Path.GetFullPath(path);
        if (!Directory.Exists(full) && !File.Exists(full))
        {
            problem = $"--config: there is no '{path}'. Name the app's folder or its appsettings.json.";
            return false;
        }
        // As WebApplication.CreateBuilder reads them: DOTNET_ wins over ASPNETCORE_.
        var name = environment ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production";
        var (folder, file) = File.Exists(full) ? (Path.GetDirectoryName(full)!, full) : (full, Path.Combine(full, "appsettings.json"));
        List<string> files = [.. new[] { file, Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}.{name}.json") }.Where(File.Exists)];
        var builder = new ConfigurationBuilder();
        foreach (var each in files) builder.AddJsonFile(each, optional: false, reloadOnChange: false);
        try
        {
            configuration = new(builder.AddEnvironmentVariables().Build(), folder, name, files);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problem = $"{e.Message} {e.InnerException?.Message}".TrimEnd();
            return false;
        }
    }

    /// <summary>For messages: where a setting was looked for.</summary>
    public string Sources => Files.Count == 0 ? $"{Folder} (which has no appsettings.json)" : string.Join(" and ", Files);
}
