using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Cli.App;

/// <summary>The environment that the app runs in, as far as its options depend on it.</summary>
internal sealed class AppEnvironment(AppConfiguration app) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = app.EnvironmentName;

    public string ApplicationName { get; set; } = "gatehouse";

    public string ContentRootPath { get; set; } = app.Folder;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
