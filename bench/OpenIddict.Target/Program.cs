// The peer OpenIddict as a sensible production user would set it up: pooled DbContext on PostgreSQL, the cheap signature (ES256), a symmetric
// encryption key, access token encryption off where resources must read the token, reference tokens where they must be revocable.
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using OpenIddict.Target;
using OpenIddict.Validation.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddDbContextPool<TargetContext>(options => options.UseNpgsql(builder.Configuration["connection"]).UseOpenIddict());
builder.Services.AddAuthentication().AddCookie("app");
builder.Services.AddAuthorization();
builder.Services.AddOpenIddict()
    .AddCore(options => options.UseEntityFrameworkCore().UseDbContext<TargetContext>())
    .AddServer(options =>
    {
        options.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetIntrospectionEndpointUris("introspect").SetIssuer(new Uri(builder.Configuration["urls"]!));
        options.AllowClientCredentialsFlow().AllowPasswordFlow().AllowRefreshTokenFlow().RegisterScopes("api", Scopes.OpenId, Scopes.OfflineAccess);
        options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        options.AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "es256" });
        options.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        if (builder.Configuration["tokens"] == "reference") options.UseReferenceAccessTokens().UseReferenceRefreshTokens();
        else options.DisableAccessTokenEncryption();
        options.UseAspNetCore().EnableTokenEndpointPassthrough().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
    })
    .AddValidation(options =>
    {
        options.UseLocalServer();
        options.UseAspNetCore();
    });

var app = builder.Build();
await CreateAsync(app.Services);
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/health", () => "ok");
app.MapGet("/sign-in", () => Results.SignIn(new(new ClaimsIdentity([new(Claims.Subject, "1")], "app")), null, "app"));
app.MapGet("/authorize", (Delegate)AuthorizeAsync);
app.MapPost("/token", (Delegate)TokenAsync);
app.MapGet("/me", [Authorize(AuthenticationSchemes = OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme)] (ClaimsPrincipal user) => Results.Json(new { sub = user.FindFirstValue(Claims.Subject) }));
app.Run();

static async Task CreateAsync(IServiceProvider services)
{
    await using var scope = services.CreateAsyncScope();
    var database = scope.ServiceProvider.GetRequiredService<TargetContext>().Database;
    // A server that starts for the second time finds what it made the first time.
    if (!await database.EnsureCreatedAsync()) return;

    var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
    foreach (var (id, secret) in new[] { ("bench-client", "bench-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0"), ("public-client", null) })
        await applications.CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            ClientSecret = secret,
            RedirectUris = { new("https://client.example/cb") },
            ConsentType = ConsentTypes.Implicit,
            ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.ResponseTypes.Code, Permissions.GrantTypes.AuthorizationCode,
                Permissions.Endpoints.Token, Permissions.Endpoints.Introspection, Permissions.Prefixes.Scope + "api",
                Permissions.GrantTypes.ClientCredentials, Permissions.GrantTypes.Password, Permissions.GrantTypes.RefreshToken,
            },
        });
}

static async Task<IResult> AuthorizeAsync(HttpContext context)
{
    var request = context.GetOpenIddictServerRequest()!;
    var user = await context.AuthenticateAsync("app");
    if (!user.Succeeded) return Results.Forbid(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
    identity.SetClaim(Claims.Subject, user.Principal.FindFirstValue(Claims.Subject));
    identity.SetScopes(request.GetScopes()).SetResources("api").SetAudiences("api").SetDestinations(_ => [Destinations.AccessToken]);
    return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
}

static async Task<IResult> TokenAsync(HttpContext context)
{
    var request = context.GetOpenIddictServerRequest()!;
    if (request.IsRefreshTokenGrantType() || request.IsAuthorizationCodeGrantType())
    {
        var previous = await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        ((ClaimsIdentity)previous.Principal!.Identity!).SetDestinations(_ => [Destinations.AccessToken]);
        return Results.SignIn(previous.Principal, null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    // The user check of these rows is a constant-time compare: a real password hash would hide everything else.
    if (request.IsPasswordGrantType() && !(request.Username == "alice" && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Password ?? ""), "A3ddj3w-pass"u8)))
        return Results.Forbid(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
    identity.SetClaim(Claims.Subject, request.IsPasswordGrantType() ? "1" : request.ClientId);
    identity.SetScopes(request.GetScopes()).SetResources("api").SetAudiences("api").SetDestinations(_ => [Destinations.AccessToken]);
    return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
}
