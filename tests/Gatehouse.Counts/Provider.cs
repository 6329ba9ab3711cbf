using System.Buffers.Text;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Gatehouse.Clients;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Counts;

/// <summary>An app with everything in memory and a clock that stands still, so that nothing happens but what is asked for.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private const string Secret = "counts-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0", Credentials = "&client_id=app&client_secret=" + Secret, Api = "https%3A%2F%2Fapi.example";

    private readonly WebApplication app;
    private readonly DirectServer server;
    private int verifiers;

    private Provider(WebApplication app, DirectServer server) => (this.app, this.server) = (app, server);

    /// <param name="isFull">The one place that there is stays taken.</param>
    public static async Task<Provider> StartAsync(bool isFull = false)
    {
        var server = new DirectServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IServer>(server);
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero)));
        builder.Services.AddAuthentication("app").AddScheme<AuthenticationSchemeOptions, Alice>("app", null);
        builder.Services.AddAuthorization();
        builder.Services.AddGatehouse(options =>
        {
            options.Issuer = "https://app.example";
            options.Resources.Add(new() { Identifier = "https://api.example" });
            if (isFull) (options.Limits.Requests, options.Limits.WaitingRequests) = (1, 0);
        }).UseInMemoryStores().AddUserAuthenticator<Users>();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/me", (RequestDelegate)(http => http.Response.WriteAsync("{}"))).RequireAuthorization();
        await app.StartAsync();
        await app.Services.GetRequiredService<IClientStore>().TryCreateAsync(new Client
        {
            Id = "app",
            TokenEndpointAuthMethod = "client_secret_post",
            GrantTypes = ["password", "refresh_token", "client_credentials", "authorization_code"],
            RedirectUris = ["https://client.example/cb"],
            RequireConsent = false,
            Scope = "openid api",
            Secrets = [new ClientSecret("1", "sha256", SHA256.HashData(Encoding.UTF8.GetBytes(Secret)), DateTimeOffset.UnixEpoch, ExpiresAt: null)],
        }, CancellationToken.None);
        var provider = new Provider(app, server);
        if (isFull) _ = provider.TokenAsync("grant_type=password&username=" + Users.EndlessUser + "&password=wonderland&scope=api");
        return provider;
    }

    public Task<Answer> ClientCredentialsAsync() => TokenAsync("grant_type=client_credentials&scope=api&resource=" + Api);

    public Task<Answer> PasswordAsync() => TokenAsync("grant_type=password&username=alice&password=wonderland&scope=api");

    public Task<Answer> RefreshAsync(string refreshToken) => TokenAsync("grant_type=refresh_token&refresh_token=" + refreshToken);

    public Task<Answer> IntrospectAsync(string token) => server.SendAsync("POST", "/oauth2/introspect", body: "token=" + token + Credentials);

    public Task<Answer> CallAsync(string token) => server.SendAsync("GET", "/me", authorization: "Bearer " + token);

    /// <summary>As somebody who is signed in; a new challenge each time.</summary>
    public async Task<(Answer Answer, string Verifier)> AuthorizeAsync(string scope)
    {
        var verifier = (++verifiers).ToString("D43", CultureInfo.InvariantCulture);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return (await server.SendAsync("GET", "/oauth2/authorize",
            $"?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fclient.example%2Fcb&scope={scope}&state=xyz&code_challenge={challenge}&code_challenge_method=S256"), verifier);
    }

    public Task<Answer> ExchangeAsync(string code, string verifier) =>
        TokenAsync($"grant_type=authorization_code&code={code}&code_verifier={verifier}&redirect_uri=https%3A%2F%2Fclient.example%2Fcb");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<Answer> TokenAsync(string form) => server.SendAsync("POST", "/oauth2/token", body: form + Credentials);

    private sealed class Users : IUserAuthenticator
    {
        public const string EndlessUser = "bob";

        // One for all: these users are made anew for each request, and what is made for the test must not be counted.
        private static readonly Task<UserAuthentication> never = new TaskCompletionSource<UserAuthentication>().Task;

        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
            userName == EndlessUser ? new(never) : new(UserAuthentication.Success(1));
    }

    /// <summary>The app's own sign-in: she always is.</summary>
    private sealed class Alice(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        private static readonly ClaimsPrincipal alice = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(ClaimTypes.Name, "alice")], "app"));

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.Success(new(alice, Scheme.Name)));
    }
}
