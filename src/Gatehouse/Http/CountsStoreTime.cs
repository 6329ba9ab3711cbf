// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using Gatehouse.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gatehouse.Http;

/// <summary>Before everything else that the app does with a request: to find out who is signed in is as much a question to the store as what the endpoint asks.</summary>
internal sealed class CountsStoreTime : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static pipeline => http =>
        {
            StoreTime.Start();
            return pipeline(http);
        });
        next(app);
    };
}
