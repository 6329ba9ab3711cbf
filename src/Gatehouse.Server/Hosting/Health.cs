using System.Net.Mime;
using Gatehouse.Diagnostics;
using Gatehouse.Server.Users.Data;

namespace Gatehouse.Server.Hosting;

/// <summary>
/// For whoever runs the process: <c>/health/live</c> says that it answers, <c>/health/startup</c> that it has come up, <c>/health/ready</c> that it can issue tokens now. None of them tells a stranger more than that; the log says why
/// not.
/// </summary>
internal static class Health
{
    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddGatehouse();
        builder.Services.AddSingleton(static provider => new ReadinessCheck("the users' tables",
            async ct => (await provider.GetRequiredService<UsersDatabase>().GetStatusAsync(ct)).IsUsable ? null : "they are not of this version"));
        builder.Services.AddSingleton<Readiness>();
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live", MediaTypeNames.Text.Plain)).AllowAnonymous();
        app.MapGet("/health/startup", async (Readiness readiness, CancellationToken ct) => Answer(await readiness.HasStartedAsync(ct), "started", "starting")).AllowAnonymous();
        app.MapGet("/health/ready", async (Readiness readiness, CancellationToken ct) => Answer(await readiness.IsReadyAsync(ct), "ready", "not ready")).AllowAnonymous();
    }

    private static IResult Answer(bool yes, string yesText, string noText) =>
        Results.Text(yes ? yesText : noText, MediaTypeNames.Text.Plain, statusCode: yes ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
