namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

/// <summary>The rules of one store, inherited once per database.</summary>
public abstract class StoreRules<TStore> : IAsyncLifetime where TStore : class
{
    private readonly Func<Task<TestDatabase>> open;
    private TestDatabase? database;

    private protected StoreRules(Func<Task<TestDatabase>> open) => this.open = open;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected TestDatabase Database => database!;

    protected TStore Store => Database.Get<TStore>();

    public async ValueTask InitializeAsync() => database = await open();

    public async ValueTask DisposeAsync()
    {
        if (database is not null) await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
