// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3: registering; RFC 7592 §2: changing, ending)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>A client and what may be told about it only now.</summary>
internal sealed record Registered(Client Client, IssuedSecret? Secret);

/// <summary>Makes, changes and ends clients in the store; knows nothing of HTTP.</summary>
internal sealed class Registrar(
    IClientStore clients, ClientCache cache, IProtocolStore protocol, RegistrationPolicy policy, SoftwareStatement statements, SectorIdentifier sectors, ClientSigningKeys keys, IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock)
{
    private readonly RegistrationOptions options = options.Value.Registration;

    /// <summary>The client that would be registered; nothing is stored yet.</summary>
    public async ValueTask<Result<Client>> DecideAsync(string clientId, RegistrationRequest request, CancellationToken ct)
    {
        VouchedMetadata? statement = null;
        if (request.SoftwareStatement is { } text && !(await statements.ReadAsync(text, ct)).Succeeded(out statement, out var error)) return error;
        if (!policy.Decide(clientId, request.Metadata, statement?.Claims).Succeeded(out var client, out error)) return error;
        return await sectors.CheckAsync(client, ct) is { } problem ? problem : client;
    }

    public async ValueTask<Registered> CreateAsync(Client decided, DynamicRegistration registration, CancellationToken ct)
    {
        // Before the client is told that it is registered, so that the key which it will need stands in the document that it reads next.
        await keys.EnsureAsync(decided, ct);
        var now = clock.GetUtcNow();
        var client = WithSecretIfNeeded(decided with { CreatedAt = now, Registration = registration, UnusedUntil = now + options.UnusedLifetime }, now, out var secret);
        if (!await clients.TryCreateAsync(client, ct)) throw new InvalidOperationException("A random client id of 128 bits was taken.");
        return new(client, secret);
    }

    /// <summary>Null if the client is gone. Everything is replaced, but what the operator decided (RFC 7592 §2.2).</summary>
    public async ValueTask<Registered?> ReplaceAsync(Client current, Client decided, CancellationToken ct)
    {
        var client = decided with
        {
            CreatedAt = current.CreatedAt,
            Registration = current.Registration,
            UnusedUntil = current.UnusedUntil,
            RequireConsent = current.RequireConsent,
            ResourceServerFor = current.ResourceServerFor,
            Enabled = current.Enabled,
            Secrets = decided.IsPublic ? [] : current.Secrets,
        };
        await keys.EnsureAsync(client, ct);
        client = WithSecretIfNeeded(client, clock.GetUtcNow(), out var secret);
        if (!await clients.TryUpdateAsync(client, ct)) return null;
        await cache.RefreshAsync(ct);
        return new(client, secret);
    }

    /// <summary>With all that it holds (RFC 7592 §2.3).</summary>
    public async ValueTask EndAsync(Client client, CancellationToken ct)
    {
        await clients.TryDeleteAsync(client.Id, ct);
        metrics.Revoked(await protocol.RevokeFamiliesAsync(subject: null, client.Id, clock.GetUtcNow(), ct), "client");
        await cache.RefreshAsync(ct);
    }

    /// <summary>The type follows the method (SR-153): who authenticates with a secret has one, who does not has none.</summary>
    private Client WithSecretIfNeeded(Client client, DateTimeOffset now, out IssuedSecret? secret)
    {
        secret = client.TokenEndpointAuthMethod.StartsWith("client_secret_", StringComparison.Ordinal) && client.Secrets.Count == 0
            ? ClientRegistration.NewSecret(now, now + options.SecretLifetime) : null;
        return secret is null ? client : ClientRegistration.WithSecret(client, secret.Stored);
    }
}
