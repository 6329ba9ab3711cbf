// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3.2.1: what the server gives a new client)
using System.Security.Cryptography;

namespace Gatehouse.Clients;

/// <summary>A secret at the one moment when both forms of it exist.</summary>
/// <param name="Stored">What the store keeps.</param>
/// <param name="Reveal">The secret: shown once, kept nowhere.</param>
internal sealed record IssuedSecret(ClientSecret Stored, string Reveal)
{
    /// <summary>The id only, so that a log line or a debugger gives nothing away.</summary>
    public override string ToString() => Stored.Id;
}

/// <summary>Identifiers and secrets for clients.</summary>
internal static class ClientRegistration
{
    /// <summary>32 hexadecimal characters: never an <c>https://</c> URL, which would be the id of a client that describes itself (SR-172).</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>A new secret of 256 bits. One SHA-256 is enough for it: there is nothing to guess that a slow hash would slow down.</summary>
    public static IssuedSecret NewSecret(DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var stored = ClientSecret.New(now, expiresAt, out var secret);
        return new(stored, secret);
    }

    /// <summary>Adds a secret beside those that the client has, so that each of its deployments can change over in its own time.</summary>
    public static Client WithSecret(Client client, ClientSecret secret) => client with { Secrets = [.. client.Secrets, secret] };

    /// <summary>The client without the secret, or null if it has none with this id.</summary>
    public static Client? WithoutSecret(Client client, string secretId)
    {
        var kept = client.Secrets.Where(secret => secret.Id != secretId).ToList();
        return kept.Count == client.Secrets.Count ? null : client with { Secrets = kept };
    }
}
