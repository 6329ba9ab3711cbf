using System.Security.Claims;
using Gatehouse;
using Gatehouse.Bearer;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

internal static class Protecting
{
    public static void Minimal(WebApplication app)
    {
        #region minimal
        app.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)).RequireAuthorization();
        app.MapGet("/orders", () => "…").RequireScope("orders.read");
        app.MapPost("/orders", () => "…").RequireScope("orders.read", "orders.write"); // needs both
        #endregion
    }

    public static void Policy(WebApplicationBuilder builder)
    {
        #region policy
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("orders", policy => policy.RequireScope("orders.read").RequireRole("clerk"));
        #endregion
    }

    public static void NamedSchemes(WebApplication app)
    {
        #region named
        app.MapGet("/machines-only", () => "…").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = GatehouseAuthentication.Scheme });
        app.MapGet("/both", () => "…").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = GatehouseAuthentication.SchemeOrCookie });
        app.MapGet("/people-only", () => "…").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = CookieAuthenticationDefaults.AuthenticationScheme });
        #endregion
    }

    public static void SignOut(WebApplication app)
    {
        #region sign-out
        app.MapPost("/sign-out", (HttpContext http) => http.SignOutAsync()).RequireAuthorization();
        #endregion
    }
}

#region controller
[ApiController, Route("orders"), Authorize]
public sealed class OrdersController : ControllerBase
{
    [HttpGet, RequireScope("orders.read")]
    public string Get() => "…";
}
#endregion
