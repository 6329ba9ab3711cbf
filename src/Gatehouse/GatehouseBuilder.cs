using Gatehouse.Grants;
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
}
