using Gatehouse.EntityFrameworkCore.Model;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Gatehouse's tables in a <see cref="DbContext"/> of the app.</summary>
public static class GatehouseModelBuilderExtensions
{
    /// <summary>
    /// Adds Gatehouse's tables, all of them named <c>gatehouse_…</c>, to this model: call it in <c>OnModelCreating</c>, add a migration as for
    /// any change of the model, and register the context with <c>AddEntityFrameworkStores&lt;TContext&gt;()</c>. SQLite and PostgreSQL are tested.
    /// </summary>
    public static ModelBuilder UseGatehouse(this ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        GatehouseModel.Build(modelBuilder);
        return modelBuilder;
    }
}
