using Gatehouse;
using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Microsoft.EntityFrameworkCore;

#region own-context
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.UseGatehouse();
}
#endregion

internal static class Storage
{
    public static void Sqlite(GatehouseBuilder gatehouse)
    {
        #region sqlite
        gatehouse.UseSqlite("Data Source=gatehouse.db");
        #endregion
    }

    public static void PostgreSql(GatehouseBuilder gatehouse)
    {
        #region postgresql
        gatehouse.UsePostgreSql("Host=db;Database=app;Username=app", database => database.MigrateAtStartup = false);
        #endregion
    }

    public static void Deaf(GatehouseBuilder gatehouse)
    {
        #region deaf
        gatehouse.UsePostgreSql("Host=pooler;Database=app;Username=app;Max Auto Prepare=0", database => database.ListenForChanges = false);
        #endregion
    }

    public static void Redis(GatehouseBuilder gatehouse)
    {
        #region redis
        gatehouse.UsePostgreSql("Host=db;Database=app;Username=app")
            .UseRedis("redis:6379,ssl=true,user=gatehouse,password=…");
        #endregion
    }

    public static void OwnContext(WebApplicationBuilder builder)
    {
        #region own-context-registration
        builder.Services.AddDbContext<AppDbContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("App")));
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"))
            .AddEntityFrameworkStores<AppDbContext>();
        #endregion
    }
}

#region contract
public sealed class MyStoreTests : ProtocolStoreContract
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(new MyStore());
}
#endregion
