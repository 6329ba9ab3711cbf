namespace Gatehouse.EntityFrameworkCore;

/// <summary>How the app treats Gatehouse's database.</summary>
public sealed class GatehouseDatabaseOptions
{
    /// <summary>
    /// Bring the database up to date before the app listens. Default true: of nodes that start together one does the work and the others
    /// wait. False where the app's account may not change tables: then run <c>gatehouse database migrate</c> first, or the app refuses to start.
    /// </summary>
    public bool MigrateAtStartup { get; set; } = true;
}
