using Gatehouse;
using Gatehouse.Account;
using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Bearer;
using Gatehouse.ClientAuthentication;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Discovery;
using Gatehouse.Fetch;
using Gatehouse.Grants;
using Gatehouse.Http;
using Gatehouse.Introspection;
using Gatehouse.Keys;
using Gatehouse.Logout;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Registration;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Gatehouse.Tokens;
using Gatehouse.UserInfo;
using Gatehouse.Users;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Gatehouse to an app.</summary>
public static class GatehouseServiceCollectionExtensions
{
    /// <summary>Adds Gatehouse, with options from configuration: <c>AddGatehouse(builder.Configuration.GetSection("Gatehouse"))</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The section to bind <see cref="GatehouseOptions"/> from.</param>
    /// <param name="configure">Runs after the section was bound.</param>
    public static GatehouseBuilder AddGatehouse(this IServiceCollection services, IConfiguration configuration, Action<GatehouseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<GatehouseOptions>().Bind(configuration);
        services.AddOptions<StoreLimits>().Bind(configuration.GetSection("Store"));
        services.TryAddSingleton(new ClientsSection(configuration.GetSection(ClientsSection.Name)));
        return services.AddGatehouse(configure);
    }

    /// <summary>Adds Gatehouse, with options from code.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets options; may be left out.</param>
    public static GatehouseBuilder AddGatehouse(this IServiceCollection services, Action<GatehouseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<GatehouseOptions>();
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatehouseOptions>, GatehouseOptionsValidator>());
        services.AddOptions<StoreLimits>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StoreLimits>, StoreLimitsValidator>());

        services.TryAddSingleton(TimeProvider.System);
        services.AddDataProtection();
        services.AddMetrics();
        services.TryAddSingleton<Metrics>();
        services.AddHostedService<MetricsAnnouncement>();
        AddCore(services);
        AddClientAuthenticationMethods(services);
        AddGrants(services);
        AddEndpoints(services);
        AddMetadata(services);
        services.AddAccount();
        services.AddRegistration();
        services.AddBearer();
        return new(services);
    }

    private static void AddCore(IServiceCollection services)
    {
        services.TryAddSingleton<IArtifactReader>(provider => provider.GetRequiredService<IProtocolStore>());
        services.TryAddSingleton<IReplayGuard>(provider => provider.GetRequiredService<IProtocolStore>());
        services.AddAudit();
        services.TryAddSingleton<StoreChanges>();
        services.TryAddSingleton<SafeFetch>();
        services.AddHostedService<FetchNotice>();
        services.TryAddSingleton(ClientsSection.Empty);
        services.TryAddSingleton<ConfiguredClients>();
        services.TryAddSingleton<ClientKeys>();
        services.TryAddSingleton<ClientUse>();
        services.TryAddSingleton<ClientCache>();
        services.AddHostedService<ClientCacheRefresher>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<KeyMaker>();
        services.TryAddSingleton<KeyOpener>();
        services.TryAddSingleton<KeySeal>();
        services.TryAddSingleton<ExternalKeys>();
        services.AddHostedService<KeyRingRefresher>();
        services.AddHostedService<ExternalKeysRefresher>();
        services.TryAddSingleton<ClientSigningKeys>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClientSigningKeys>());
        services.TryAddSingleton<Throttle>();
        services.TryAddSingleton<UserGate>();
        services.TryAddSingleton<PasswordGate>();
        services.TryAddSingleton<PasswordCheck>();
        services.AddHostedService<ThrottleRefresher>();
        services.AddSingleton(static provider => Sweep.Expired(provider.GetRequiredService<IProtocolStore>(), provider.GetRequiredService<IOptions<GatehouseOptions>>().Value.Sweeper));
        services.AddSingleton(static provider => AttemptSweep.Forgotten(provider.GetRequiredService<IAttemptStore>(), provider.GetRequiredService<IOptions<GatehouseOptions>>().Value.Throttling));
        services.AddSingleton(static provider => ClientUse.NeverUsed(provider.GetRequiredService<IClientStore>()));
        services.AddHostedService<ArtifactSweeper>();
        services.TryAddSingleton<FamilyUseRecorder>();
        services.AddHostedService(static provider => provider.GetRequiredService<FamilyUseRecorder>());
        services.AddSingleton(static provider => new ReadinessCheck("the store", async ct =>
        {
            _ = await provider.GetRequiredService<IProtocolStore>().FindFamilyAsync(Guid.Empty, ct);
            return null;
        }));
        services.AddSingleton(static provider => new ReadinessCheck("the signing keys", async ct =>
        {
            _ = await provider.GetRequiredService<KeyRing>().GetAsync(ct);
            return null;
        }));
        services.AddSessions();
        services.TryAddSingleton<UserStatus>();
        services.TryAddSingleton<ResourceCatalog>();
        services.TryAddSingleton<PairwiseSubject>();
        services.TryAddSingleton<ScopeClaims>();
        services.TryAddSingleton<UserClaims>();
        services.TryAddSingleton<ClientEncryption>();
        services.TryAddSingleton<IdTokenIssuer>();
        services.TryAddSingleton<IdTokenHints>();
        services.TryAddSingleton<TokenIssuer>();
        services.TryAddSingleton<IAccessTokenCache, InMemoryAccessTokenCache>();
        services.TryAddSingleton<AccessTokenReader>();
        services.TryAddSingleton<Revoker>();
        services.TryAddSingleton<IssuerSource>();
        services.TryAddSingleton<Bursts>();
        services.TryAddSingleton<Admission>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, SheddingPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, CountsStoreTime>());
        services.TryAddSingleton<EndpointGuard>();
        services.TryAddSingleton<AntiForgeryToken>();
        services.TryAddSingleton<UserSession>();
    }

    // One line per method, in the order in which a request is looked through.
    private static void AddClientAuthenticationMethods(IServiceCollection services)
    {
        services.AddSingleton<ClientAuthenticationMethod, ClientSecretBasic>();
        services.AddSingleton<ClientAuthenticationMethod, ClientSecretPost>();
        services.AddSingleton<ClientAuthenticationMethod, NoAuthentication>();
        services.TryAddSingleton<SecretUpgrade>();
        services.TryAddSingleton<ClientAuthenticator>();
    }

    // One line per grant. The password grant is added with the users (GatehouseBuilder.AddUserAuthenticator).
    private static void AddGrants(IServiceCollection services)
    {
        services.AddSingleton<Grant, AuthorizationCodeGrant>();
        services.AddSingleton<Grant, RefreshTokenGrant>();
        services.AddSingleton<Grant, ClientCredentialsGrant>();
        services.TryAddSingleton<PyramidRefresh>();
        services.TryAddSingleton<GrantTypes>();
        services.TryAddSingleton(provider => new ClientMetadataValidator(
            provider.GetServices<Grant>().Select(grant => new KnownGrant(grant.Type, grant.ForPublicClients)),
            provider.GetServices<ClientAuthenticationMethod>().Select(method => method.Name)));
    }

    private static void AddEndpoints(IServiceCollection services)
    {
        services.TryAddSingleton<TokenEndpoint>();
        services.TryAddSingleton<AuthorizeEndpoint>();
        services.TryAddSingleton<ConsentEndpoint>();
        services.TryAddSingleton<CodeIssuer>();
        services.TryAddSingleton<Seal>();
        services.TryAddSingleton<LoginRequestReader>();
        services.TryAddSingleton<AuthorizeRequestReader>();
        services.TryAddSingleton<RequestObjectVerifier>();
        services.TryAddSingleton<RequestUri>();
        services.TryAddSingleton<ScopeWords>();
        services.TryAddSingleton<PageRenderer>();
        services.TryAddSingleton<BusyPage>();
        services.TryAddSingleton<IntrospectionEndpoint>();
        services.TryAddSingleton<RevocationEndpoint>();
        services.AddLogout();
        services.TryAddSingleton<UserInfoResponse>();
        services.TryAddSingleton<UserInfoEndpoint>();
        services.TryAddSingleton<MetadataEndpoint>();
        services.TryAddSingleton<JwksEndpoint>();
    }

    // One line per feature that metadata speaks of.
    private static void AddMetadata(IServiceCollection services)
    {
        services.AddSingleton<MetadataContribution, AuthorizationMetadata>();
        services.AddSingleton<MetadataContribution, AuthenticationMetadata>();
        services.AddSingleton<MetadataContribution, TokenMetadata>();
        services.AddSingleton<MetadataContribution, RevocationMetadata>();
        services.AddSingleton<MetadataContribution, IntrospectionMetadata>();
        services.AddSingleton<MetadataContribution, KeyMetadata>();
        services.AddSingleton<MetadataContribution, ScopeMetadata>();
        services.AddSingleton<MetadataContribution, PageMetadata>();
        services.AddSingleton<MetadataContribution, IdTokenMetadata>();
        services.AddSingleton<MetadataContribution, UserInfoMetadata>();
    }
}
