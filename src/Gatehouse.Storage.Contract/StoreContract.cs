using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>
/// What the contracts have in common: a store, the same data as another node sees it, and callers that start together.
/// </summary>
/// <remarks>
/// Inherit one of the contracts, implement <see cref="CreateAsync"/>, and your test runner finds its rules. The rules of one class run one after
/// another and use names of their own, so they may share a database; only <see cref="KeyStoreContract"/> needs an empty one each time.
/// No rule registers a client before it uses its id: a store must not ask for one.
/// </remarks>
/// <typeparam name="TStore">The interface under contract.</typeparam>
public abstract class StoreContract<TStore> : IAsyncLifetime where TStore : class
{
    private TStore? store;
    private TStore? otherNode;

    /// <summary>How many callers race: 32.</summary>
    protected static int Callers => 32;

    /// <summary>The store under test.</summary>
    protected TStore Store => store ?? throw new InvalidOperationException("Call InitializeAsync of StoreContract first.");

    /// <summary>The same data, through <see cref="CreateOtherNodeAsync"/>.</summary>
    protected TStore OtherNode => otherNode ?? throw new InvalidOperationException("Call InitializeAsync of StoreContract first.");

    /// <summary>How often a race is run: a defect that shows in one race of ten must show in a test run. Default 10.</summary>
    protected virtual int Rounds => 10;

    /// <summary>Now, to the millisecond, which is all that a store has to keep.</summary>
    protected DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Cancelled when the test run is.</summary>
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The store to test. Called before each rule.</summary>
    protected abstract ValueTask<TStore> CreateAsync();

    /// <summary>
    /// A second store on the data of <paramref name="store"/>, sharing nothing else with it, as another process would see it. Half of the callers in each race
    /// use it. Default: the same store, which is right only for one that lives in memory.
    /// </summary>
    protected virtual ValueTask<TStore> CreateOtherNodeAsync(TStore store) => new(store);

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        store = await CreateAsync();
        otherNode = await CreateOtherNodeAsync(store);
    }

    /// <summary>Override it to dispose what <see cref="CreateAsync"/> made.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>Every second caller is on the other node.</summary>
    protected TStore NodeOf(int caller) => caller % 2 == 0 ? Store : OtherNode;

    /// <summary>
    /// Runs <see cref="Callers"/> calls at once. Each has a thread of its own that waits at a barrier, so that a store which does its work before its first await is
    /// raced as hard as one that does it later.
    /// </summary>
    protected static async Task<T[]> RaceAsync<T>(Func<int, Task<T>> call)
    {
        using var barrier = new Barrier(Callers);
        return await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(Ct);
                return call(caller);
            },
            Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
    }

    /// <summary>An id that no other rule uses.</summary>
    private protected static string NewName(string what) => $"{what}-{Guid.CreateVersion7():N}";
}
