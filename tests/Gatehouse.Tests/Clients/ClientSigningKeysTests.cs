using System.Text;
using Gatehouse.Clients;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Clients;

/// <summary>Whoever reads the key document before the first token must find the key in it.</summary>
public sealed class ClientSigningKeysTests
{
    [Fact]
    public async Task A_declared_clients_key_is_published_from_the_start()
    {
        const string json = """{ "Clients": [{ "client_id": "web", "client_secret": "of the file", "redirect_uris": ["https://rp.example/cb"], "id_token_signed_response_alg": "EdDSA" }] }""";
        var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("Clients");

        await using var provider = await TestProvider.StartAsync(services: services => services.AddSingleton(new ClientsSection(section)));

        await Eventually.TrueAsync(async () => (await provider.Http.GetStringAsync("/oauth2/jwks", Ct)).Contains("EdDSA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_is_that_of_one_that_registers()
    {
        await using var provider = await TestProvider.StartAsync(options =>
        {
            options.Registration.Enabled = true;
            options.Registration.Dangerous.OpenToAnybody = true;
        });
        const string metadata = """{ "redirect_uris": ["https://client.example/cb"], "userinfo_signed_response_alg": "EdDSA" }""";

        var answer = await provider.Http.PostAsync("/oauth2/register", new StringContent(metadata, Encoding.UTF8, "application/json"), Ct);

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Contains("EdDSA", await provider.Http.GetStringAsync("/oauth2/jwks", Ct), StringComparison.Ordinal);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
