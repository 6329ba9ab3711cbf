using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;

internal static class Hosting
{
    public static void Forwarded(WebApplicationBuilder builder)
    {
        #region forwarded-headers
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Add(IPAddress.Parse("10.0.0.5")); // your proxy, and nobody else
        });

        var app = builder.Build();
        app.UseForwardedHeaders(); // before everything that asks for the scheme or the address
        #endregion
    }

    public static void DataProtectionInTheStore(WebApplicationBuilder builder, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        #region data-protection-store
        builder.Services.AddDataProtection()
            .SetApplicationName("my-app")
            .PersistKeysToGatehouse()
            .ProtectKeysWithCertificate(certificate); // or a copy of the database is enough to make sign-in cookies
        #endregion
    }

    public static void DataProtection(WebApplicationBuilder builder)
    {
        #region data-protection
        builder.Services.AddDataProtection()
            .SetApplicationName("my-app")
            .PersistKeysToFileSystem(new DirectoryInfo("/var/lib/my-app/keys")); // shared by all nodes
        #endregion
    }
}
