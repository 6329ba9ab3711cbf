using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Import;

/// <summary>What became of one client.</summary>
/// <param name="ClientId">Which.</param>
/// <param name="Result"><c>imported</c>, <c>disabled</c> (imported, and as revoked as it was), <c>exists</c> or <c>refused</c>.</param>
/// <param name="RedirectUris">Those that it has now.</param>
/// <param name="Refused">Why a URI, or the client, was not taken over.</param>
internal sealed record ImportedClient(string ClientId, string Result, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Refused);

/// <summary>Takes clients over from pyramid_oauth2_provider, with their secrets and their ways.</summary>
internal sealed class PyramidImport(IClientStore clients, ClientMetadataValidator validator, byte[]? salt, string scope, DateTimeOffset now)
{
    /// <summary>64 bytes: what its scrypt derives.</summary>
    private const int HashLength = 64;

    public async Task<ImportedClient> ImportAsync(PyramidClient old, CancellationToken ct)
    {
        // What is there was changed by its owner or re-hashed since, so it is left alone, however often this runs.
        if (await clients.FindAsync(old.ClientId, ct) is { } existing) return new(old.ClientId, "exists", existing.RedirectUris, []);
        var errors = old.RedirectUris.Select(uri => (Uri: uri, Error: RedirectUri.CheckRegistration(uri, native: false))).ToLookup(uri => uri.Error is null);
        var refused = errors[false].Select(uri => uri.Error!.Description).ToList();
        var client = Convert(old, [.. errors[true].Select(uri => uri.Uri)]);
        refused.AddRange(validator.Check(client).Select(error => error.Description));
        if (old.Secret is null && old.SecretHash.Length != HashLength) refused.Add($"its secret hash has {old.SecretHash.Length} bytes instead of {HashLength}");
        if (refused.Count > errors[false].Count()) return new(old.ClientId, "refused", [], refused);
        if (!await clients.TryCreateAsync(client, ct)) return new(old.ClientId, "exists", [], []);
        return new(old.ClientId, client.Enabled ? "imported" : "disabled", client.RedirectUris, refused);
    }

    private Client Convert(PyramidClient old, IReadOnlyList<string> redirectUris) => new()
    {
        Id = old.ClientId,
        GrantTypes = redirectUris.Count > 0 ? ["password", "refresh_token", "authorization_code"] : ["password", "refresh_token"],
        RedirectUris = redirectUris,
        Scope = scope,
        // Clients of that provider do not know PKCE. They are confidential, so that they may go without is the price of working on.
        RequirePkce = redirectUris.Count == 0,
        Enabled = !old.Revoked,
        CreatedAt = now,
        Secrets = [old.Secret is { } secret
            ? new("pyramid", ClientSecret.Sha256, ClientSecret.HashOf(secret), now, ExpiresAt: null)
            : new("pyramid", ClientSecret.PyramidScrypt, old.SecretHash, now, ExpiresAt: null) { Salt = salt }],
    };
}
