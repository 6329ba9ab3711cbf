using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>A client as one row: its metadata as RFC 7591 spells it, so that new members need no migration, and its secrets, which are hashes, beside it.</summary>
internal static class StoredClient
{
    // By reflection, not generated: generated code sets every init-only member, those that the row lacks to false or null, and a client
    // stored before a member existed would come back without its safe default.
    private static readonly JsonSerializerOptions metadata = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static ClientRow ToRow(this Client client) => new()
    {
        Id = client.Id,
        Metadata = MetadataOf(client),
        Secrets = SecretsOf(client),
        CreatedAt = client.CreatedAt.ToMilliseconds(),
        Registration = RegistrationOf(client),
        UnusedUntil = client.UnusedUntil?.ToMilliseconds(),
    };

    public static string MetadataOf(Client client) => JsonSerializer.Serialize(client, metadata);

    public static string SecretsOf(Client client) => JsonSerializer.Serialize([.. client.Secrets.Select(StoredSecret.From)], StoredSecretsJson.Default.StoredSecretArray);

    public static string? RegistrationOf(Client client) => client.Registration is { } registration
        ? JsonSerializer.Serialize(new StoredRegistration(registration.TokenId, registration.TokenHash.ToBytes(), registration.RegisteredBy), StoredSecretsJson.Default.StoredRegistration) : null;

    public static Client ToClient(this ClientRow row) => JsonSerializer.Deserialize<Client>(row.Metadata, metadata)! with
    {
        Secrets = [.. JsonSerializer.Deserialize(row.Secrets, StoredSecretsJson.Default.StoredSecretArray)!.Select(secret => secret.ToSecret())],
        CreatedAt = row.CreatedAt.ToInstant(),
        Registration = row.Registration is { } registration ? JsonSerializer.Deserialize(registration, StoredSecretsJson.Default.StoredRegistration)!.ToRegistration() : null,
        UnusedUntil = row.UnusedUntil?.ToInstant(),
    };
}

internal sealed record StoredSecret(string Id, string Algorithm, byte[] Hash, byte[]? Salt, long CreatedAt, long? ExpiresAt)
{
    public static StoredSecret From(ClientSecret secret) => new(
        secret.Id, secret.Algorithm, secret.Hash.ToBytes(), secret.Salt.IsEmpty ? null : secret.Salt.ToBytes(),
        secret.CreatedAt.ToMilliseconds(), secret.ExpiresAt?.ToMilliseconds());

    public ClientSecret ToSecret() => new(Id, Algorithm, Hash, CreatedAt.ToInstant(), ExpiresAt?.ToInstant()) { Salt = Salt };
}

internal sealed record StoredRegistration(string TokenId, byte[] TokenHash, string RegisteredBy)
{
    public DynamicRegistration ToRegistration() => new(TokenId, TokenHash, RegisteredBy);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSecret[]))]
[JsonSerializable(typeof(StoredRegistration))]
internal sealed partial class StoredSecretsJson : JsonSerializerContext;
