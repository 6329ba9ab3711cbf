using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests;

/// <summary>A whole app with Gatehouse in memory, bytes in and bytes out, on a clock that the test moves and a log that it reads.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string Issuer = "https://app.example";

    private readonly WebApplication app;

    private TestProvider(WebApplication app, FakeTimeProvider clock, RecordingLoggerProvider logs, TestUsers users)
    {
        (this.app, Clock, Logs, Users) = (app, clock, logs, users);
        Http = NewBrowser();
    }

    public FakeTimeProvider Clock { get; }

    public RecordingLoggerProvider Logs { get; }

    public TestUsers Users { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Over https, as Gatehouse wants it; redirects are answers here, so they are not followed.</summary>
    public HttpClient NewBrowser() => new(app.GetTestServer().CreateHandler()) { BaseAddress = new(Issuer) };

    public static async Task<TestProvider> StartAsync(
        Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, bool passwordGrant = true, string environment = "Production",
        Action<GatehouseBuilder>? stores = null, TimeProvider? time = null)
    {
        var (clock, logs, users) = (new FakeTimeProvider(new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero)), new RecordingLoggerProvider(), new TestUsers());
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(time ?? clock);
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        var gatehouse = builder.Services.AddGatehouse(options =>
        {
            options.Issuer = Issuer;
            configure?.Invoke(options);
        });
        if (stores is null) gatehouse.UseInMemoryStores();
        else stores(gatehouse);
        if (passwordGrant)
        {
            builder.Services.AddSingleton(users);
            gatehouse.AddUserAuthenticator<TestAuthenticator>();
        }
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        map?.Invoke(app);
        await app.StartAsync();
        return new(app, clock, logs, users);
    }

    /// <summary>Registers a client: by default one that may do everything, with <c>client_secret_basic</c>.</summary>
    public async Task<TestClient> AddClientAsync(string id = "app", Func<Client, Client>? change = null)
    {
        var stored = ClientSecret.New(Clock.GetUtcNow(), expiresAt: null, out var secret);
        var client = new Client
        {
            Id = id,
            GrantTypes = ["password", "refresh_token", "client_credentials", "authorization_code"],
            RedirectUris = ["https://client.example/cb"],
            Scope = "notes.read notes.write",
            Secrets = [stored],
        };
        client = change?.Invoke(client) ?? client;
        Assert.True(await Get<IClientStore>().TryCreateAsync(client, CancellationToken.None));
        return new(this, client, secret);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? authorization, params (string Name, string Value)[] form) =>
        PostRawAsync(path, authorization, new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))));

    public Task<HttpResponseMessage> PostRawAsync(string path, string? authorization, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>A registered client, as it would call us.</summary>
internal sealed record TestClient(TestProvider Provider, Client Client, string Secret)
{
    public string Id => Client.Id;

    public string Basic => BasicOf(Id, Secret);

    public static string BasicOf(string id, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.EscapeDataString(id) + ":" + Uri.EscapeDataString(secret)));

    public async Task<Answer> TokenAsync(params (string, string)[] form) => await Answer.OfAsync(await PostAsync("/oauth2/token", form));

    public Task<Answer> PasswordAsync(params (string, string)[] more) =>
        TokenAsync([("grant_type", "password"), ("username", "alice"), ("password", "wonderland"), .. more]);

    public Task<Answer> RefreshAsync(string refreshToken, params (string, string)[] more) =>
        TokenAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. more]);

    public async Task<Answer> IntrospectAsync(string token) => await Answer.OfAsync(await PostAsync("/oauth2/introspect", ("token", token)));

    public async Task<bool> IsActiveAsync(string token) => (await IntrospectAsync(token)).Json.GetProperty("active").GetBoolean();

    public async Task<Answer> RevokeAsync(string token) => await Answer.OfAsync(await PostAsync("/oauth2/revoke", ("token", token)));

    public Task<HttpResponseMessage> PostAsync(string path, params (string, string)[] form) =>
        Client.IsPublic ? Provider.PostAsync(path, null, [.. form, ("client_id", Id)]) : Provider.PostAsync(path, Basic, form);
}

/// <summary>An answer with its JSON, so that a test reads as one sentence.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, string? ContentType, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string AccessToken => Member("access_token")!;

    public string RefreshToken => Member("refresh_token")!;

    public string? Error => Member("error");

    public string? Member(string name) => Json.TryGetProperty(name, out var member) ? member.ToString() : null;

    public string[] Members => [.. Json.EnumerateObject().Select(member => member.Name)];

    public static async Task<Answer> OfAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Headers, response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null, await response.Content.ReadAsStringAsync());

    /// <summary>The error, and everything that is true of every refusal.</summary>
    public void IsRefused(int status, string error)
    {
        Assert.Equal((status, error), (Status, Error));
        Assert.True(Headers.CacheControl?.NoStore, "Every answer says no-store, errors included.");
        Assert.Contains("no-cache", Headers.Pragma.ToString(), StringComparison.Ordinal);
        Assert.All(Member("error_description")!, c => Assert.True(c is >= ' ' and <= '~' and not '"' and not '\\'));
    }
}

/// <summary>The app's users, as the tests set them.</summary>
internal sealed class TestUsers
{
    public Dictionary<string, (string Password, string Subject)> ByName { get; } = new(StringComparer.Ordinal)
    {
        ["alice"] = ("wonderland", "1"),
        ["bob"] = ("looking-glass", "2"),
    };

    public HashSet<string> Inactive { get; } = [];

    public int Checks;
}

internal sealed class TestAuthenticator(TestUsers users) : IUserAuthenticator
{
    public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
    {
        Interlocked.Increment(ref users.Checks);
        return new(users.ByName.TryGetValue(userName, out var user) && user.Password == password
            ? UserAuthentication.Success(user.Subject, new System.Security.Claims.Claim("name", userName))
            : UserAuthentication.Failed);
    }

    public ValueTask<bool> IsActiveAsync(string subject, CancellationToken ct) => new(!users.Inactive.Contains(subject));
}
