using System.Globalization;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>
/// Expand, migrate, contract: nodes of two versions run side by side while an upgrade goes from one to the next. A migration that only adds may be applied under the feet of older builds. One that takes
/// something away says in its name which schema version a build needs for it (<c>20270301120000_DropReceipts_Needs4</c>): a build that knows fewer migrations stops, and one that knows as many goes on.
/// </summary>
/// <remarks>In the name, because the name is all that an older build can see of a migration that it does not know.</remarks>
internal static class SchemaVersion
{
    private const string Mark = "_Needs";

    /// <summary>How many migrations a build must know to live with this one. Builds that knew none are none.</summary>
    public static int NeededBy(string migration)
    {
        var at = migration.LastIndexOf(Mark, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(migration.AsSpan(at + Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 1;
    }
}
