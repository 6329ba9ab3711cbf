namespace Gatehouse.EntityFrameworkCore;

/// <summary>Which migrations a database has, compared with those that this build knows.</summary>
/// <param name="Applied">Applied and known, oldest first.</param>
/// <param name="Pending">Known but not applied: the database is older than this build.</param>
/// <param name="Unknown">Applied but not known: the database belongs to a newer build.</param>
public sealed record GatehouseDatabaseStatus(IReadOnlyList<string> Applied, IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)
{
    /// <summary>True if the database is exactly what this build expects.</summary>
    public bool IsCurrent => Pending.Count == 0 && Unknown.Count == 0;

    /// <summary>
    /// True if this build can work with the database: nothing is missing, and what a newer build has added says that builds as old as this one can live with it. It is so during a rolling
    /// upgrade, while nodes of both versions run.
    /// </summary>
    public bool IsUsable => Pending.Count == 0 && Unknown.All(migration => SchemaVersion.NeededBy(migration) <= Applied.Count);
}
