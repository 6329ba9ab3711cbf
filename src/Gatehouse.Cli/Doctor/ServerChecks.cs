using Gatehouse.Cli.App;

namespace Gatehouse.Cli.Doctor;

/// <summary>Is a running server there, is it who it should be, and does https reach it?</summary>
internal static class ServerChecks
{
    /// <summary>A Date header says whole seconds, and the answer took its time.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Check>> RunAsync(ServerProbe server, AppConfiguration? app, TimeProvider clock, CancellationToken ct)
    {
        var (problem, date) = await server.ReadMetadataAsync(ct);
        if (problem is not null) return [Unreadable(server, problem)];
        List<Check> checks = [Check.Ok("server", $"{server.Server} answers as {server.Issuer}")];
        if (date is not null) checks.Add(DatabaseChecks.Clock("server clock", date.Value - clock.GetUtcNow(), Tolerance));
        checks.Add(Issuer(server, app));
        checks.Add(await TokenEndpointAsync(server, ct));
        checks.Add(await server.IssuerForForeignHostAsync(ct) is null
            ? Check.Ok("proxy headers", "X-Forwarded-Host from here does not change the metadata")
            : Check.Fail("proxy headers", "the metadata follows X-Forwarded-Host from here, which anybody can send", "Set Gatehouse:Issuer, and name your proxies in ForwardedHeadersOptions.KnownProxies."));
        return checks;
    }

    private static Check Issuer(ServerProbe server, AppConfiguration? app)
    {
        if (app?.Values["Gatehouse:Issuer"] is { } configured && configured != server.Issuer)
            return Check.Fail("issuer", $"the server says {server.Issuer}, but Gatehouse:Issuer is {configured}", "Restart the app with this configuration, or name the right --config or --environment.");
        return server.Issuer == server.Server
            ? Check.Ok("issuer", "the same as the address")
            : Check.Warn("issuer", $"the server was asked at {server.Server} but says that it is {server.Issuer}", "Fine if this is an address behind a proxy; clients must be given the issuer, and compare it.");
    }

    private static Check Unreadable(ServerProbe server, string problem) =>
        problem.Contains("https could not be set up", StringComparison.Ordinal)
            ? Check.Fail("server", problem, "See that https is spoken at that port, and that this machine trusts the certificate: on Linux SSL_CERT_FILE may name its issuer's.")
        : !problem.Contains("https is required", StringComparison.Ordinal) ? Check.Fail("server", problem, "See that the app runs, calls MapGatehouse(), and can be reached at --server.")
        : server.Server.StartsWith("https:", StringComparison.Ordinal) ? Check.Fail("https", problem,
            "The proxy speaks plain http to the app, and the app does not believe that the client used https: call app.UseForwardedHeaders() with ForwardedHeadersOptions.KnownProxies (or KnownIPNetworks) naming the proxy.")
        : Check.Fail("https", problem, "Ask it over https, or set Gatehouse:RequireHttps to false on a test rig.");

    private static async Task<Check> TokenEndpointAsync(ServerProbe server, CancellationToken ct)
    {
        if (server.Endpoint("token_endpoint") is not { } endpoint) return Check.Fail("https", "the metadata has no token_endpoint", "See that the app calls MapGatehouse().");
        var uri = new Uri(endpoint);
        if (uri is { Scheme: "http", IsLoopback: false })
            return Check.Fail("https", $"{endpoint} is plain http: secrets and tokens travel in clear", "Serve the app over https.");
        // Without credentials this can only be refused; by the app, if it is the app that answers.
        var answer = await server.PostAsync(endpoint, [new("grant_type", "refresh_token")], null, ct);
        return answer.Status is 400 or 401 && answer.Text("error") is not null
            ? Check.Ok("https", uri.Scheme == "https" ? "https reaches the token endpoint" : "plain http on loopback, which the app accepts")
            : Check.Fail("https", $"{endpoint} answered {answer.Problem} to a request that it must refuse", "See what stands between here and the app.");
    }
}
