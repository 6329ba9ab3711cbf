using Gatehouse.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>
/// Lends singletons a context for one operation. Through a scope, because that is how every app can register one: pooled as ours are, plain, or
/// behind a factory of its own.
/// </summary>
internal sealed class ContextSource<TContext>(IServiceScopeFactory scopes, IOptions<StoreLimits> options) where TContext : DbContext
{
    /// <summary>Ours even in a context of the app, which may be content to wait longer for its own. The rest of the limit is for telling the database that we have lost interest.</summary>
    private readonly TimeSpan limit = TimeSpan.FromSeconds(Math.Max(1, (int)(options.Value.Timeout * 0.8).TotalSeconds));

    public AsyncServiceScope Lease(out TContext context)
    {
        var scope = scopes.CreateAsyncScope();
        context = scope.ServiceProvider.GetRequiredService<TContext>();
        context.Database.SetCommandTimeout(limit);
        WithinTheRequest.Lend(context);
        return scope;
    }
}
