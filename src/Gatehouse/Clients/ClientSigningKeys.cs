using Gatehouse.Keys;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Clients;

/// <summary>
/// Has keys made for the algorithms that clients are registered for, so that they are published before the first token needs them: for declared clients when the app starts, for one that
/// registers when it does.
/// </summary>
internal sealed class ClientSigningKeys(KeyRing keys, ConfiguredClients configured) : BackgroundService
{
    public async ValueTask EnsureAsync(Client client, CancellationToken ct)
    {
        foreach (var algorithm in AlgorithmsOf(client)) await keys.GetAsync(algorithm, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var client in configured.List())
            try
            {
                await EnsureAsync(client, stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The key ring says what is wrong with the store. The first token that needs the key tries again.
                return;
            }
    }

    private static IEnumerable<string> AlgorithmsOf(Client client) =>
        new[] { client.IdTokenSignedResponseAlg, client.UserinfoSignedResponseAlg }.OfType<string>().Where(Jwa.All.Contains).Distinct();
}
