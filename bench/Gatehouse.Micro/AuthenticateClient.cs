using BenchmarkDotNet.Attributes;
using Gatehouse.ClientAuthentication;
using Gatehouse.Clients;
using Gatehouse.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Micro;

/// <summary>A confidential client that is in the cache.</summary>
public class AuthenticateClient
{
    private ClientAuthenticator authenticator = null!;
    private BackChannelRequest request = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGatehouse(options => options.Issuer = "https://auth.example.com").UseInMemoryStores();
        var provider = builder.Build().Services;
        await provider.GetRequiredService<IClientStore>().TryCreateAsync(Requests.Client, CancellationToken.None);
        authenticator = provider.GetRequiredService<ClientAuthenticator>();
        request = Requests.BackChannel();
    }

    [Benchmark]
    public async Task<bool> ClientSecretPost() => (await authenticator.AuthenticateAsync(request, CancellationToken.None)).Succeeded(out _, out _);
}
