using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Plain;

/// <summary>On a connection of the app's context: only its model knows what the tables are called, and only the app how to reach the database.</summary>
internal sealed class ContextPlainSql<TContext>(ContextSource<TContext> contexts) : PlainSql<TContext> where TContext : DbContext
{
    public override string TableOf<TRow>()
    {
        using var lease = contexts.Lease(out var context);
        return context.TableOf<TRow>();
    }

    public override async ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var lease = contexts.Lease(out var context);
        return await OnConnectionAsync(context, connection => connection.ReadAsync(sql, read, values, context.Database.GetCommandTimeout(), ct), ct);
    }

    public override async ValueTask WriteAsync(string sql, IReadOnlyList<object?[]> rows, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await OnConnectionAsync(context, async connection =>
        {
            await connection.WriteAsync(sql, rows, context.Database.GetCommandTimeout(), ct);
            return true;
        }, ct);
    }

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object?[] values)
    {
        await using var lease = contexts.Lease(out var context);
        return await OnConnectionAsync(context, connection => connection.ExecuteAsync(sql, values, context.Database.GetCommandTimeout(), ct), ct);
    }

    public override async ValueTask<int> ChangeAsync(IReadOnlyList<PlainStatement> statements, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await OnConnectionAsync(context, connection => connection.ChangeAsync(statements, context.Database.GetCommandTimeout(), ct), ct);
    }

    public override async Task TellAsync(string notice, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await context.TellAsync(notice, ct);
    }

    /// <summary>Tried again if the app has told its context to.</summary>
    private static Task<T> OnConnectionAsync<T>(TContext context, Func<DbConnection, Task<T>> use, CancellationToken ct) =>
        context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await context.Database.OpenConnectionAsync(ct);
            try
            {
                // EF does not see what is asked here, nor does what counts for it.
                using var call = StoreCall.Begin(TimeSpan.FromSeconds(context.Database.GetCommandTimeout()!.Value));
                return await use(context.Database.GetDbConnection());
            }
            finally
            {
                await context.Database.CloseConnectionAsync();
            }
        });
}
