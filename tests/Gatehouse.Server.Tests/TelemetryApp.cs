using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Server.Telemetry;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Server.Tests;

/// <summary>
/// Alone in the process: OpenTelemetry listens to meters by name, so a server hears those of its neighbours too, and when one of these stops, the series that they share end for both.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}

/// <summary>A server whose metrics can be read, and a day at it: somebody signs in, calls, refreshes, makes mistakes, and leaves.</summary>
internal static class TelemetryApp
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Callback = "http://127.0.0.1:1/cb", Secret = "a client's secret, long enough to be one";

    public static Task<RunningServer> StartAsync(params (string, string?)[] settings) => RunningServer.StartAsync([
        ("Gatehouse:Metrics:Url", "http://127.0.0.1:0"), ("Gatehouse:CacheAccessTokens", "true"),
        ("Gatehouse:Clients:0:client_id", "app"), ("Gatehouse:Clients:0:token_endpoint_auth_method", "none"), ("Gatehouse:Clients:0:application_type", "native"),
        ("Gatehouse:Clients:0:redirect_uris:0", "http://127.0.0.1/cb"), ("Gatehouse:Clients:0:scope", "openid offline_access"),
        ("Gatehouse:Clients:0:grant_types:0", "authorization_code"), ("Gatehouse:Clients:0:grant_types:1", "refresh_token"),
        ("Gatehouse:Clients:1:client_id", "api"), ("Gatehouse:Clients:1:client_secret", Secret), ("Gatehouse:Clients:1:grant_types:0", "client_credentials"), ("Gatehouse:Clients:1:resource_server_for:0", "self"),
        .. settings]);

    public static Uri MetricsAddress(this RunningServer server) => server.App.Services.GetServices<IHostedService>().OfType<MetricsListener>().Single().Address!;

    public static async Task<string> ScrapeAsync(this RunningServer server)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(server.MetricsAddress(), "metrics"), TestContext.Current.CancellationToken);
    }

    /// <summary>Returns everything that must be found nowhere.</summary>
    public static async Task<IReadOnlyList<string>> SpendADayAsync(this RunningServer server)
    {
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(password: "a wrong guess at it");
        await visitor.SignInAsync();
        var consent = await visitor.GetAsync(QueryHelpers.AddQueryString("/oauth2/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "app",
            ["redirect_uri"] = Callback,
            ["scope"] = "openid offline_access",
            ["prompt"] = "consent",
            ["login_hint"] = "alice",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["state"] = "a-state-to-keep",
            ["nonce"] = "a-nonce-to-keep",
        }));
        var allowed = await visitor.SubmitAsync(consent, "/oauth2/authorize/consent", ("decision", "allow"));
        var code = QueryHelpers.ParseQuery(new Uri(allowed.Location!).Query)["code"].ToString();

        var first = await server.PostAsync("token", ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Callback), ("code_verifier", Verifier), ("client_id", "app"));
        var (access, refresh) = (Member(first, "access_token"), Member(first, "refresh_token"));
        using (var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", access) } })
        {
            for (var i = 0; i < 2; i++) await http.GetStringAsync(server.Url + "/oauth2/userinfo", TestContext.Current.CancellationToken);
            // The server has no API of its own that would take it, but the scheme looks at whatever a page is shown.
            (await http.GetAsync(server.Url + "/account", TestContext.Current.CancellationToken)).Dispose();
        }
        await server.PostAsync("introspect", ("token", access), ("client_id", "api"), ("client_secret", Secret));

        var second = await server.PostAsync("token", ("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", "app"));
        await server.PostAsync("token", ("grant_type", "refresh_token"), ("refresh_token", Member(second, "refresh_token")), ("client_id", "app"));
        // The grandfather of what is alive: a replay.
        await server.PostAsync("token", ("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", "app"));
        await server.PostAsync("token", ("grant_type", "client_credentials"), ("client_id", "a-made-up-client"), ("client_secret", Secret));
        await server.PostAsync("revoke", ("token", access), ("client_id", "app"));
        return ["alice", RunningServer.Password, "a wrong guess", Secret, Verifier, "a-made-up-client", "a-state-to-keep", "a-nonce-to-keep", code, access, refresh,
            Member(first, "id_token"), Member(second, "access_token"), Member(second, "refresh_token")];
    }

    private static string Member(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private static async Task<JsonElement> PostAsync(this RunningServer server, string endpoint, params (string Name, string Value)[] form)
    {
        using var http = new HttpClient();
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        var body = await (await http.PostAsync($"{server.Url}/oauth2/{endpoint}", content, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonElement.Parse(body.Length == 0 ? "{}" : body);
    }
}
