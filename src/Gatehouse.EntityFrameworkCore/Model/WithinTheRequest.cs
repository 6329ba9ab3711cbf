using System.Data.Common;
using System.Runtime.CompilerServices;
using Gatehouse.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>
/// Counts what a request waits for in EF's connections, statements and commits, and gives each what those before it have left. What EF itself does with a query is not counted: the first time, that is a second or two.
/// Outside of requests the driver's limits are enough.
/// </summary>
internal sealed class WithinTheRequest : IDbConnectionInterceptor, IDbCommandInterceptor, IDbTransactionInterceptor
{
    private static readonly ConditionalWeakTable<DbContext, object> lent = [];

    private readonly TimeSpan limit;
    private readonly bool isForAll, connectsInTime;

    private WithinTheRequest(TimeSpan limit, bool isForAll, bool connectsInTime) => (this.limit, this.isForAll, this.connectsInTime) = (limit, isForAll, connectsInTime);

    /// <summary>For contexts that nobody but us uses.</summary>
    /// <param name="limits">For the whole request.</param>
    /// <param name="connectsInTime">Whether the driver's own limit for connecting is less. Of several hosts it tries one after the other, with a limit for each.</param>
    public static WithinTheRequest OfOurs(StoreLimits limits, bool connectsInTime) => new(limits.Timeout, isForAll: true, connectsInTime);

    /// <summary>For contexts of a type that the app uses, too: what the app asks is the app's business.</summary>
    public static WithinTheRequest OfTheApp(StoreLimits limits) => new(limits.Timeout, isForAll: false, connectsInTime: false);

    /// <summary>This one is ours while it lives.</summary>
    public static void Lend(DbContext context) => lent.TryAdd(context, lent);

    public async ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (RequestOf(eventData.Context) is not { } request || result.IsSuppressed || connectsInTime && request.Waited == TimeSpan.Zero) return result;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StoreTime.LeftOf(limit));
        try
        {
            await connection.OpenAsync(patience.Token);
            return InterceptionResult.Suppress();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("No connection to the database was to be had in time. Gatehouse:Store:Timeout is the limit.");
        }
    }

    public Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) => Count(eventData.Context, eventData.Duration);

    public Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default) => Count(eventData.Context, eventData.Duration);

    public DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (RequestOf(eventData.Context) is not { Waited.Ticks: > 0 }) return result;
        // A part is for telling the database that we have lost interest; drivers count in seconds, and zero would mean for ever.
        // So what is left is rounded, and with less than half a second nothing more begins: rounded up, it would be a second more for everybody who waits.
        var least = limit < TimeSpan.FromSeconds(5) ? limit * 0.1 : TimeSpan.FromSeconds(0.5);
        var left = StoreTime.LeftOf(limit * 0.8 - least) + least;
        result.CommandTimeout = Math.Min(result.CommandTimeout, Math.Max(1, (int)Math.Round(left.TotalSeconds, MidpointRounding.AwayFromZero)));
        return result;
    }

    public async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        await Count(eventData.Context, eventData.Duration);
        return result;
    }

    public async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await Count(eventData.Context, eventData.Duration);
        return result;
    }

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) => Count(eventData.Context, eventData.Duration);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Count(eventData.Context, eventData.Duration);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) => Count(eventData.Context, eventData.Duration);

    private Task Count(DbContext? context, TimeSpan took)
    {
        if (RequestOf(context) is { } request) request.Raise(request.Waited + took);
        return Task.CompletedTask;
    }

    private StoreTime? RequestOf(DbContext? context) => isForAll || context is not null && lent.TryGetValue(context, out _) ? StoreTime.OfRequest : null;
}
