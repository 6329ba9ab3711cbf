using System.Security.Cryptography.X509Certificates;
using Gatehouse.EntityFrameworkCore;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.DataProtection;

namespace Gatehouse.Server.Hosting;

/// <summary>The provider, as any app embeds it.</summary>
internal static class Provider
{
    public static void AddProvider(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var gatehouse = builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse")).AddUserAuthenticator<ServerUsers>().AddClaimsSource<StandardClaims>();
        if (settings.IsSqlite)
        {
            gatehouse.UseSqlite(settings.ConnectionString);
            builder.Services.AddSqliteUsers(settings.ConnectionString);
        }
        else
        {
            gatehouse.UsePostgreSql(settings.ConnectionString);
            builder.Services.Configure<GatehouseDatabaseOptions>(builder.Configuration.GetSection("Gatehouse:Database"));
            builder.Services.AddPostgreSqlUsers();
        }
        // Over the store, so after it.
        var redis = builder.Configuration.GetSection("Gatehouse:Redis");
        if (redis["Connection"] is { Length: > 0 } connection) gatehouse.UseRedis(connection, redis.Bind);
        builder.Services.AddHostedService<Users.Data.UsersDatabaseStartup>();
        var protection = builder.Services.AddDataProtection().SetApplicationName("Gatehouse.Server");
        var folder = new DirectoryInfo(Path.Combine(settings.DataFolder, "keys"));
        // In a folder, so that a copy of the database is worth nothing without it; or in the database, so that nodes share them with nothing but that, and then a certificate does the same.
        if (AreInTheStore(builder.Configuration["Gatehouse:DataProtection:Keys"], settings)) protection.PersistKeysToGatehouse(formerFolder: folder);
        else protection.PersistKeysToFileSystem(folder);
        if (builder.Configuration["Gatehouse:DataProtection:CertificatePath"] is { Length: > 0 } certificate)
            protection.ProtectKeysWithCertificate(X509CertificateLoader.LoadPkcs12FromFile(
                Path.GetFullPath(certificate, builder.Environment.ContentRootPath), builder.Configuration["Gatehouse:DataProtection:CertificatePassword"]));
    }

    private static bool AreInTheStore(string? where, ServerSettings settings) => where?.ToLowerInvariant() switch
    {
        null => !settings.IsSqlite,
        "store" => true,
        "folder" => false,
        _ => throw new SettingsException($"Gatehouse:DataProtection:Keys '{where}' is unknown. Use store or folder, or leave it out: store on PostgreSQL, folder on SQLite. (gatehouse explain 7051)"),
    };
}
