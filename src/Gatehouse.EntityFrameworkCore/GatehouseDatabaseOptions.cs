namespace Gatehouse.EntityFrameworkCore;

/// <summary>How the app treats Gatehouse's database.</summary>
public sealed class GatehouseDatabaseOptions
{
    /// <summary>
    /// Bring the database up to date before the app listens. Default true: of nodes that start together one does the work and the others
    /// wait. False where the app's account may not change tables: then run <c>gatehouse database migrate</c> first, or the app refuses to start.
    /// </summary>
    public bool MigrateAtStartup { get; set; } = true;

    /// <summary>
    /// Hear at once what other nodes change, by PostgreSQL's LISTEN, on one connection of its own. Default true. False behind a pooler in transaction mode, which does not pass it on: nodes then find out by
    /// asking, within a second. Other databases have no such thing.
    /// </summary>
    public bool ListenForChanges { get; set; } = true;
}
