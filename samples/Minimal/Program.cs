using System.Security.Claims;
using Gatehouse.Users;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"))
    .AddUserAuthenticator<MyUsers>()
    .UseSqlite("Data Source=gatehouse.db");

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGatehouse();
app.MapGet("/me", (ClaimsPrincipal user) => $"You are user {user.FindFirstValue(ClaimTypes.NameIdentifier)}.").RequireAuthorization();
app.Run();

internal sealed class MyUsers : IUserAuthenticator // your users table goes here
{
    public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
        new(userName == "alice" && password == "wonderland" ? UserAuthentication.Success(1) : UserAuthentication.Failed);
}
