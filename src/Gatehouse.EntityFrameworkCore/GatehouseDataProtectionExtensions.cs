using Gatehouse.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.DataProtection;

/// <summary>ASP.NET Core Data Protection with its keys in Gatehouse's database.</summary>
public static class GatehouseDataProtectionExtensions
{
    internal const string StoreKey = "Gatehouse";

    /// <summary>
    /// Keeps Data Protection's keys in Gatehouse's database, so that nodes share them and need no common folder. Whoever has a copy of the database then has them, too, unless they are encrypted: call
    /// <c>ProtectKeysWithCertificate</c> as well. Works with <c>UseSqlite</c>, <c>UsePostgreSql</c> and <c>AddEntityFrameworkStores</c>.
    /// </summary>
    /// <param name="builder">What <c>AddDataProtection</c> returned.</param>
    /// <param name="formerFolder">Where the keys were until now, as <c>PersistKeysToFileSystem</c> left them: they are taken over at start. Null, the default: nowhere.</param>
    public static IDataProtectionBuilder PersistKeysToGatehouse(this IDataProtectionBuilder builder, DirectoryInfo? formerFolder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton(new FormerKeyFolder(formerFolder)));
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(services => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = services.GetKeyedService<IXmlRepository>(StoreKey) ?? throw new InvalidOperationException(
                "PersistKeysToGatehouse needs a database of Gatehouse's: call UseSqlite(...), UsePostgreSql(...) or AddEntityFrameworkStores<TContext>() after AddGatehouse(...). (gatehouse explain 7036)")));
        return builder;
    }
}
