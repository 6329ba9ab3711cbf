using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Grants;
using Gatehouse.Keys;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse;

/// <summary>What <c>AddGatehouse</c> returns: say whose users, and where things are stored.</summary>
public sealed class GatehouseBuilder
{
    internal GatehouseBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Registers the app's own users; the password grant exists only when this was called. A scoped service, so it may use the app's DbContext.</summary>
    public GatehouseBuilder AddUserAuthenticator<TAuthenticator>() where TAuthenticator : class, IUserAuthenticator
    {
        Services.AddScoped<IUserAuthenticator, TAuthenticator>();
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<Grant, PasswordGrant>());
        return this;
    }

    /// <summary>
    /// Registers where the claims of users come from: what userinfo and ID tokens say of them. A scoped service, so it may use the app's DbContext. Without one, clients are told what the app put
    /// into its sign-in (<see cref="UserAuthentication.Claims"/>).
    /// </summary>
    public GatehouseBuilder AddClaimsSource<TSource>() where TSource : class, IClaimsSource
    {
        Services.AddScoped<IClaimsSource, TSource>();
        return this;
    }

    /// <summary>Has tokens signed by a KMS or an HSM for the algorithms that <typeparamref name="TSource"/> names. May be called several times, for different algorithms.</summary>
    public GatehouseBuilder AddSigningKeySource<TSource>() where TSource : class, ISigningKeySource
    {
        Services.AddSingleton<ISigningKeySource, TSource>();
        return this;
    }

    /// <summary>Keeps everything in memory, for tests and demos: one process, and everything is forgotten when it ends.</summary>
    public GatehouseBuilder UseInMemoryStores()
    {
        Services.TryAddSingleton<IProtocolStore, InMemoryProtocolStore>();
        Services.TryAddSingleton<IClientStore, InMemoryClientStore>();
        Services.TryAddSingleton<IConsentStore, InMemoryConsentStore>();
        Services.TryAddSingleton<IKeyStore, InMemoryKeyStore>();
        Services.TryAddSingleton<IAttemptStore, InMemoryAttemptStore>();
        Services.TryAddSingleton<IAuditStore, InMemoryAuditStore>();
        Services.TryAddSingleton<InMemorySessionStore>();
        Services.TryAddSingleton<ISessionStore>(provider => provider.GetRequiredService<InMemorySessionStore>());
        Services.TryAddSingleton<ILogoutOutbox>(provider => provider.GetRequiredService<InMemorySessionStore>());
        return this;
    }
}
