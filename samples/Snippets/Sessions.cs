using System.Security.Claims;
using Gatehouse;
using Gatehouse.Sessions;
using Microsoft.AspNetCore.Http;

internal static class Sessions
{
    public static void Options(WebApplicationBuilder builder)
    {
        #region options
        builder.Services.AddGatehouse(options =>
        {
            options.Sessions.IdleLifetime = TimeSpan.FromHours(8);
            options.Sessions.AbsoluteLifetime = TimeSpan.FromDays(7);
        });
        #endregion
    }

    public static void Pages(WebApplication app)
    {
        #region list
        app.MapGet("/account/sessions", async (ClaimsPrincipal user, GatehouseSessions sessions) =>
            (await sessions.ListAsync(user.FindFirstValue(ClaimTypes.NameIdentifier)!))
                .Select(session => new { session.Id, session.Device, session.SignedInAt, session.LastSeenAt }))
            .RequireAuthorization();

        app.MapPost("/account/sessions/{id}/end", async (string id, ClaimsPrincipal user, GatehouseSessions sessions) =>
        {
            // Only one of the user's own.
            var mine = await sessions.ListAsync(user.FindFirstValue(ClaimTypes.NameIdentifier)!);
            if (!mine.Any(session => session.Id == id)) return Results.NotFound();
            await sessions.EndAsync(id);
            return Results.NoContent();
        }).RequireAuthorization();
        #endregion
    }

    public static async Task Everywhere(GatehouseSessions sessions, string userId)
    {
        #region everywhere
        // Sign out everywhere; what was granted with offline_access goes on.
        await sessions.EndAllAsync(userId);

        // After a stolen password: that as well.
        await sessions.EndAllAsync(userId, includeOfflineGrants: true);

        // The account is disabled or deleted: everything, at once.
        await sessions.EndUserAsync(userId);
        #endregion
    }
}
