using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gatehouse.EntityFrameworkCore.Model;

internal static class TableNames
{
    /// <summary>The table of a row, quoted, from the model and from nowhere else: an app may have put it into a schema.</summary>
    public static string TableOf<TRow>(this DbContext context) where TRow : class
    {
        var row = context.Model.FindEntityType(typeof(TRow)) ?? throw new InvalidOperationException(
            $"{context.GetType().Name} has no tables for Gatehouse: call modelBuilder.UseGatehouse() in its OnModelCreating, and add a migration. (gatehouse explain 7035)");
        return context.GetService<ISqlGenerationHelper>().DelimitIdentifier(row.GetTableName()!, row.GetSchema());
    }
}
