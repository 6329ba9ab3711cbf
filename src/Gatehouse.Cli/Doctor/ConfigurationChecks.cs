using Gatehouse.Cli.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Cli.Doctor;

/// <summary>What the app's configuration says, judged by the rules that the app itself starts by.</summary>
internal static class ConfigurationChecks
{
    private const string InCode = "The tool sees configuration only: if the app sets it in code, pass --server to ask the app. For a developer's machine pass --environment Development.";

    /// <param name="app">The configuration.</param>
    /// <param name="issuer">Who the running server says it is; null if it was not asked.</param>
    public static IEnumerable<Check> Run(AppConfiguration app, string? issuer)
    {
        yield return Check.Ok("configuration", $"{app.EnvironmentName} environment, {app.Sources}");
        var (options, problem) = Bind(app);
        if (options is null)
        {
            yield return Check.Fail("options", problem!, "Correct the value of this setting.");
            yield break;
        }
        var environment = new AppEnvironment(app);
        var plain = options.RequireHttps is false;
        if (options.Issuer is null && issuer is not null)
        {
            // Unset in configuration, but the running app has one: it is set in code, and so may be that plain http will do on loopback, as the standalone server has it.
            options.Issuer = issuer;
            if (Uri.TryCreate(issuer, UriKind.Absolute, out var running) && running.IsLoopback) options.RequireHttps ??= false;
        }
        var failures = new GatehouseOptionsValidator(environment, new EverythingIsRegistered()).Validate(null, options).Failures?.ToList() ?? [];
        foreach (var failure in failures) yield return Check.Fail("options", failure, InCode);
        if (failures.Count == 0)
            yield return Check.Ok("options", options.Issuer is null ? "valid; the issuer follows the request, as it may in Development" : $"valid; the issuer is {options.Issuer}");
        if (plain && !environment.IsDevelopment())
            yield return Check.Warn("https", "Gatehouse:RequireHttps is false: secrets and tokens may travel in clear", "Remove the setting, except on a test rig.");
        if (TrustsEveryProxy(app))
            yield return Check.Warn("proxy headers", "ASPNETCORE_FORWARDEDHEADERS_ENABLED is set: every caller may claim to have come by https, and from any address",
                "Call app.UseForwardedHeaders() with ForwardedHeadersOptions.KnownProxies or KnownIPNetworks instead, unless nothing but your proxy can reach the app.");
    }

    private static (GatehouseOptions? Options, string? Problem) Bind(AppConfiguration app)
    {
        try
        {
            var options = new GatehouseOptions();
            app.Values.GetSection("Gatehouse").Bind(options);
            return (options, null);
        }
        catch (InvalidOperationException e)
        {
            return (null, e.Message);
        }
    }

    private static bool TrustsEveryProxy(AppConfiguration app) =>
        string.Equals(app.Values["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] ?? app.Values["FORWARDEDHEADERS_ENABLED"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Which services the app registers cannot be seen from here.</summary>
    private sealed class EverythingIsRegistered : IServiceProviderIsService
    {
        public bool IsService(Type serviceType) => true;
    }
}
