using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse;

/// <summary>One store over another of the same interface, whatever the lower one is.</summary>
internal static class StoreLayers
{
    /// <param name="services">The app's services.</param>
    /// <param name="over">Makes the upper one from the lower one.</param>
    public static void PlaceOver<TStore>(this IServiceCollection services, Func<IServiceProvider, TStore, TStore> over) where TStore : class
    {
        var below = services.LastOrDefault(service => service.ServiceType == typeof(TStore) && !service.IsKeyedService)
            ?? throw new InvalidOperationException($"There is no {typeof(TStore).Name} yet. Name the store first: UsePostgreSql, UseSqlite, AddEntityFrameworkStores or UseInMemoryStores. (gatehouse explain 7030)");
        var layer = new object();
        // As it was registered, so that the container makes it and disposes of it as before; only under another name.
        services.Add(below switch
        {
            { ImplementationInstance: { } instance } => new(typeof(TStore), layer, instance),
            { ImplementationFactory: { } make } => new(typeof(TStore), layer, (provider, _) => make(provider), below.Lifetime),
            _ => new ServiceDescriptor(typeof(TStore), layer, below.ImplementationType!, below.Lifetime),
        });
        services.Replace(ServiceDescriptor.Singleton(provider => over(provider, provider.GetRequiredKeyedService<TStore>(layer))));
    }
}
