// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.13: TLS terminating reverse proxies)
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Gatehouse.Server.Hosting;

/// <summary>Forwarded headers, from the proxies that <c>Gatehouse:Proxies</c> names (addresses or networks) and from nobody else.</summary>
internal static class Proxies
{
    private const string Setting = "Gatehouse:Proxies";

    public static void AddProxies(this WebApplicationBuilder builder) => builder.Services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in Of(builder.Configuration))
            if (System.Net.IPNetwork.TryParse(proxy, out var network)) options.KnownIPNetworks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else throw new SettingsException($"{Setting}: '{proxy}' is neither an address nor a network. Write it as 10.0.0.7 or 10.0.0.0/24. (gatehouse explain 7052)");
        // Each proxy on the way adds one value; past the known ones nobody is believed.
        options.ForwardLimit = null;
    });

    public static void UseProxies(this WebApplication app)
    {
        // With no proxy known, the framework would believe everybody.
        if (Of(app.Configuration).Count > 0) app.UseForwardedHeaders();
    }

    private static List<string> Of(IConfiguration configuration) => [.. configuration.GetSection(Setting).GetChildren().Select(entry => entry.Value).OfType<string>()];
}
