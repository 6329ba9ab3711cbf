using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Server.Users.Data;

/// <summary>The users, in tables beside those of the provider and with migrations of their own: an app that embeds Gatehouse brings its own users and never sees these.</summary>
internal abstract class UsersContext(DbContextOptions options) : IdentityUserContext<ServerUser>(options)
{
    /// <summary>A table of its own, so that neither takes the other's migrations for its own.</summary>
    public const string HistoryTable = "gatehouse_user_migrations";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<ServerUser>(user =>
        {
            user.ToTable("gatehouse_users");
            user.HasIndex(row => row.NormalizedUserName).IsUnique().HasDatabaseName("gatehouse_users_name");
            user.HasIndex(row => row.NormalizedEmail).HasDatabaseName("gatehouse_users_email");
            user.Property(row => row.Profile).HasConversion(
                profile => JsonSerializer.Serialize(profile, UsersJson.Default.UserProfile),
                json => JsonSerializer.Deserialize(json, UsersJson.Default.UserProfile)!);
        });
        builder.Entity<IdentityUserClaim<string>>().ToTable("gatehouse_user_claims");
        builder.Entity<IdentityUserLogin<string>>().ToTable("gatehouse_user_logins");
        builder.Entity<IdentityUserToken<string>>().ToTable("gatehouse_user_tokens");
        builder.Entity<IdentityUserPasskey<string>>().ToTable("gatehouse_user_passkeys");
    }
}

/// <summary>What the model depends on beside its classes: Identity reads the version of its tables from the host's options. Version 3 has passkeys.</summary>
internal static class UsersSchema
{
    public static void Configure(IdentityOptions identity) => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

    /// <summary>For <c>dotnet ef</c>, which has no host.</summary>
    public static IServiceProvider DesignTime { get; } = new ServiceCollection().Configure<IdentityOptions>(Configure).BuildServiceProvider();
}
