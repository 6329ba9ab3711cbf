// Gatehouse as an app would use it, in its shortest form: one confidential client, one user, one resource that gets JWTs, one endpoint of its own.
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Gatehouse;
using Gatehouse.Clients;
using Gatehouse.Target;
using Gatehouse.Users;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (builder.Configuration["urls"]?.StartsWith("https:", StringComparison.Ordinal) == true)
    builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = SelfSigned.Make()));
var gatehouse = builder.Services
    .AddGatehouse(options =>
    {
        options.Issuer = "https://auth.example.com";
        options.RequireHttps = false;
        options.Resources.Add(new() { Identifier = "https://api.example.com" });
        if (builder.Configuration["places"] is { } places) options.Limits.Requests = int.Parse(places, System.Globalization.CultureInfo.InvariantCulture);
        if (builder.Configuration["wait"] is { } wait) (options.Limits.WaitingRequests, options.Limits.WaitingTime) = (wait == "0" ? 0 : null, TimeSpan.FromMilliseconds(Math.Max(1, int.Parse(wait, System.Globalization.CultureInfo.InvariantCulture))));
        if (builder.Configuration["cache"] is { } seconds) (options.CacheAccessTokens, options.AccessTokenCacheLifetime) = (true, TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)));
    })
    .AddUserAuthenticator<BenchUsers>();
_ = builder.Configuration["store"] switch
{
    "postgresql" => gatehouse.UsePostgreSql(builder.Configuration["connection"]!),
    "sqlite" => gatehouse.UseSqlite(builder.Configuration["connection"]!),
    _ => gatehouse.UseInMemoryStores(),
};

if (builder.Configuration["redis"] is { } redis)
{
    builder.Services.Configure<GatehouseOptions>(options => options.AccessTokenCacheLifetime = TimeSpan.FromMinutes(1));
    gatehouse.UseRedis(redis, options => (options.AccessTokens, options.ReplayGuard, options.Throttling) = (true, false, false));
}

// The app's own sign-in, which the authorization endpoint asks who is there.
builder.Services.AddAuthentication("app").AddCookie("app");
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGatehouse();
var ready = false;
app.MapGet("/health", () => ready ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.MapGet("/sign-in", () => Results.SignIn(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(ClaimTypes.Name, "alice")], "app")), null, "app"));
app.MapGet("/me", (ClaimsPrincipal user) => Results.Json(new Me(user.FindFirstValue("sub")), MeJson.Default.Me)).RequireAuthorization();

await app.StartAsync(); // the database is migrated by now
const string Secret = "bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0";
var clients = app.Services.GetRequiredService<IClientStore>();
// There already at every start but the first.
if (await clients.FindAsync("bench-client", CancellationToken.None) is null) await clients.TryCreateAsync(new Client
{
    Id = "bench-client",
    TokenEndpointAuthMethod = "client_secret_post",
    GrantTypes = ["client_credentials", "password", "authorization_code", "refresh_token"],
    RedirectUris = ["https://client.example/cb"],
    RequireConsent = false,
    Scope = "openid api",
    Secrets = [new ClientSecret("1", "sha256", SHA256.HashData(Encoding.UTF8.GetBytes(Secret)), TimeProvider.System.GetUtcNow(), ExpiresAt: null)],
}, CancellationToken.None);
ready = true;
await app.WaitForShutdownAsync();
