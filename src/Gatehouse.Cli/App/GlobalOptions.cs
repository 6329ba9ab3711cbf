using System.CommandLine;

namespace Gatehouse.Cli.App;

/// <summary>Which app and which database a command is about.</summary>
internal sealed class GlobalOptions
{
    public Option<string> Config { get; } = new("--config")
    {
        Description = "The app's folder, or its appsettings.json. Default: the current folder.",
        HelpName = "path",
        DefaultValueFactory = _ => ".",
        Recursive = true,
    };

    public Option<string?> Environment { get; } = new("--environment")
    {
        Description = "Which appsettings.{name}.json to add. Default: DOTNET_ENVIRONMENT, ASPNETCORE_ENVIRONMENT, or Production.",
        HelpName = "name",
        Recursive = true,
    };

    public Option<string?> Provider { get; } = new("--provider")
    {
        Description = "sqlite or postgresql, instead of the app's Gatehouse:Provider.",
        HelpName = "name",
        Recursive = true,
    };

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = "A connection string, instead of the app's ConnectionStrings:Gatehouse.",
        HelpName = "string",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "JSON on the output, and nothing else.", Recursive = true };

    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { Config, Environment, Provider, Connection, Json }) root.Options.Add(option);
    }
}
