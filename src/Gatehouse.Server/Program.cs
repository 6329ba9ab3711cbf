using Gatehouse.Server;
using Gatehouse.Server.Hosting;
using Microsoft.Extensions.Options;

try
{
    await using var app = ServerApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is SettingsException or OptionsValidationException)
{
    // What is wrong is in the message; a stack trace would only hide it.
    Console.Error.WriteLine(e.Message);
    return 2;
}
