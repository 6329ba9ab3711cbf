using Gatehouse.Server.Accounts;
using Gatehouse.Server.Hosting;
using Gatehouse.Server.Telemetry;
using Gatehouse.Server.Web;

namespace Gatehouse.Server;

/// <summary>The whole server as one function, so that a test runs what a shell runs.</summary>
internal static class ServerApp
{
    /// <param name="args">The command line.</param>
    /// <param name="configure">For a test: runs last.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = ServerSettings.Read(builder);
        // It writes whole URLs, and with them codes, hints and the first start's link (SR-226).
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.AddTls(settings);
        builder.AddProxies();
        builder.AddProvider(settings);
        builder.AddAccounts(settings);
        builder.AddHealth();
        builder.AddTelemetry();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseProxies();
        app.UseFailurePage();
        if (settings.IsHttps) app.UseHsts();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapHealth();
        app.MapAccounts();
        return app;
    }
}
