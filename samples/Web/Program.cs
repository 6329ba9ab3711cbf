// A web app that lets people sign in with Gatehouse, by Microsoft's own OpenID Connect handler.
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Web;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "https://localhost:5445");
builder.Services.AddAuthentication(options =>
{
    options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
    options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
})
.AddCookie(options => options.Cookie.Name = "web")
.AddOpenIdConnect(options =>
{
    options.Authority = builder.Configuration["Authority"] ?? "https://localhost:5443";
    options.ClientId = builder.Configuration["ClientId"] ?? "web";
    options.ClientSecret = builder.Configuration["ClientSecret"];
    options.ResponseType = "code";
    options.ResponseMode = builder.Configuration["ResponseMode"] ?? "form_post";
    options.Scope.Clear();
    foreach (var scope in (string[])["openid", "profile", "email", "offline_access", "weather.read"]) options.Scope.Add(scope);
    options.Resource = builder.Configuration["Resource"] ?? "https://weather.example";
    options.MapInboundClaims = false;
    options.TokenValidationParameters.NameClaimType = "name";
    options.GetClaimsFromUserInfoEndpoint = true;
    // For calling the API, refreshing, and telling Gatehouse at sign-out who signs out.
    options.SaveTokens = true;
});
builder.Services.AddAuthorization();
builder.Services.AddAntiforgery();
builder.Services.AddHttpClient<Weather>(http => http.BaseAddress = new(builder.Configuration["Api"] ?? "http://127.0.0.1:5083"));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapWeb();
await app.StartAsync();
Console.WriteLine($"The web app is at {app.Urls.First()}");
await app.WaitForShutdownAsync();
