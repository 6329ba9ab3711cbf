using System.Text;
using Gatehouse.Clients;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Clients;

public sealed class ConfiguredClientsTests
{
    private static ServiceProvider Services(string json) => Services(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddGatehouse(configuration.GetSection("Gatehouse")).UseInMemoryStores();
        services.AddSingleton<Microsoft.Extensions.Hosting.IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Development" });
        return services.BuildServiceProvider();
    }

    [Fact]
    public async Task A_declared_client_is_as_good_as_a_stored_one_and_counts_before_it()
    {
        await using var services = Services("""
            { "Gatehouse": { "Clients": [{
              "client_id": "web", "client_secret": "of the file", "client_name": "From the file", "redirect_uris": ["https://rp.example/cb", "https://rp.example/other"],
              "grant_types": ["authorization_code", "refresh_token"], "require_consent": false, "scope": "openid notes.read", "contacts": ["ops@rp.example"] }] } }
            """);
        var ct = TestContext.Current.CancellationToken;
        await services.GetRequiredService<IClientStore>().TryCreateAsync(new() { Id = "web", Name = "From the store" }, ct);
        var client = (await services.GetRequiredService<ClientCache>().FindAsync("web", ct))!;

        Assert.Equal(("From the file", false, "openid notes.read"), (client.Name, client.RequireConsent, client.Scope));
        Assert.Equal(["https://rp.example/cb", "https://rp.example/other"], client.RedirectUris);
        Assert.True(Gatehouse.ClientAuthentication.ClientSecretHash.Verify(client, "of the file", default));
        Assert.False(Gatehouse.ClientAuthentication.ClientSecretHash.Verify(client, "of another", default));
    }

    [Theory]
    [InlineData("""{ "client_name": "Nameless" }""", "Gatehouse:Clients:0 has no client_id")]
    [InlineData("""{ "client_id": "web", "redirect_uris": ["https://rp.example/cb"] }""", "'web'): token_endpoint_auth_method is client_secret_basic, but there is no client_secret")]
    [InlineData("""{ "client_id": "web", "client_secret": "x", "redirect_uris": ["http://rp.example/cb"] }""", "Gatehouse:Clients:0 (client_id 'web')")]
    [InlineData("""{ "client_id": "spa", "client_secret": "x", "token_endpoint_auth_method": "none", "redirect_uris": ["https://rp.example/cb"] }""", "client_secret would never be used")]
    public async Task A_mistake_stops_the_start_and_names_the_entry(string client, string says)
    {
        await using var services = Services($$"""{ "Gatehouse": { "Clients": [{{client}}] } }""");
        var refused = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ClientCache>);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_counts_at_once_unless_it_has_a_mistake()
    {
        var source = new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Gatehouse:Clients:0:client_id"] = "web",
                ["Gatehouse:Clients:0:client_secret"] = "one",
                ["Gatehouse:Clients:0:redirect_uris:0"] = "https://rp.example/cb",
            }
        };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        await using var services = Services(configuration);
        var clients = services.GetRequiredService<ConfiguredClients>();

        configuration["Gatehouse:Clients:0:client_name"] = "Renamed";
        configuration.Reload();
        Assert.Equal("Renamed", clients.Find("web")!.Name);

        configuration["Gatehouse:Clients:0:redirect_uris:0"] = "not a URI";
        configuration.Reload();
        Assert.Equal("https://rp.example/cb", Assert.Single(clients.Find("web")!.RedirectUris));
    }
}
