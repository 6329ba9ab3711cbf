using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>
/// Lends singletons a context for one operation. Through a scope, because that is how every app can register one: pooled as ours are, plain, or
/// behind a factory of its own.
/// </summary>
internal sealed class ContextSource<TContext>(IServiceScopeFactory scopes) where TContext : DbContext
{
    public AsyncServiceScope Lease(out TContext context)
    {
        var scope = scopes.CreateAsyncScope();
        context = scope.ServiceProvider.GetRequiredService<TContext>();
        return scope;
    }
}
