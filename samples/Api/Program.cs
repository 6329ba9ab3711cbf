// An API that lives elsewhere and knows of Gatehouse only its address: Microsoft's JwtBearer reads the rest from discovery.
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:5083");
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = builder.Configuration["Authority"] ?? "https://localhost:5443";
    options.Audience = builder.Configuration["Audience"] ?? "https://weather.example";
    options.MapInboundClaims = false;
    // An ID token is signed with the same keys; it must not open an API (RFC 9068 §4).
    options.TokenValidationParameters.ValidTypes = ["at+jwt"];
});
builder.Services.AddAuthorizationBuilder().AddPolicy("weather.read", policy => policy.RequireAssertion(
    context => context.User.FindFirstValue("scope")?.Split(' ').Contains("weather.read") is true));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/weather", (ClaimsPrincipal user) => new { sub = user.FindFirstValue("sub"), client_id = user.FindFirstValue("client_id"), sky = "clear" }).RequireAuthorization("weather.read");
await app.StartAsync();
Console.WriteLine($"The weather is at {app.Urls.First()}/weather");
await app.WaitForShutdownAsync();
