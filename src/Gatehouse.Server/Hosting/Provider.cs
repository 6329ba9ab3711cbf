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
        builder.Services.AddHostedService<Users.Data.UsersDatabaseStartup>();
        // Outside the database, so that a copy of one is worth nothing without the other. Nodes share this folder, or register keys elsewhere.
        var protection = builder.Services.AddDataProtection().SetApplicationName("Gatehouse.Server").PersistKeysToFileSystem(new(Path.Combine(settings.DataFolder, "keys")));
        if (builder.Configuration["Gatehouse:DataProtection:CertificatePath"] is { Length: > 0 } certificate)
            protection.ProtectKeysWithCertificate(X509CertificateLoader.LoadPkcs12FromFile(
                Path.GetFullPath(certificate, builder.Environment.ContentRootPath), builder.Configuration["Gatehouse:DataProtection:CertificatePassword"]));
    }
}
