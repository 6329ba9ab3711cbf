using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Clients;

/// <summary>Where clients are declared: <c>Gatehouse:Clients</c>, a list with the names of RFC 7591.</summary>
/// <param name="Section">The list; null where the app's options come from code.</param>
internal sealed record ClientsSection(IConfigurationSection? Section)
{
    public const string Name = "Clients";

    public static ClientsSection Empty { get; } = new((IConfigurationSection?)null);
}

/// <summary>
/// Clients that configuration declares, beside those in the store; of two with one id the declared one counts. They are held in memory, with their secrets hashed, and follow the
/// file when it changes. A mistake stops the app at its start; later it is logged, and what was there before stays.
/// </summary>
internal sealed partial class ConfiguredClients : IDisposable
{
    private readonly IConfigurationSection? section;
    private readonly ClientMetadataValidator validator;
    private readonly ILogger<ConfiguredClients> log;
    private readonly IDisposable? watch;
    private volatile FrozenDictionary<string, Client> clients;

    public ConfiguredClients(ClientsSection declared, ClientMetadataValidator validator, ILogger<ConfiguredClients> log)
    {
        (section, this.validator, this.log) = (declared.Section, validator, log);
        var read = Read(out var problems);
        if (problems.Count > 0) throw new OptionsValidationException(nameof(GatehouseOptions), typeof(GatehouseOptions), problems);
        clients = read;
        if (section is not null) watch = ChangeToken.OnChange(section.GetReloadToken, Reload);
    }

    public Client? Find(string clientId) => clients.GetValueOrDefault(clientId);

    /// <summary>In order of their id.</summary>
    public IReadOnlyList<Client> List() => [.. clients.Values.OrderBy(client => client.Id, StringComparer.Ordinal)];

    public void Dispose() => watch?.Dispose();

    private void Reload()
    {
        var read = Read(out var problems);
        if (problems.Count == 0) clients = read;
        else Unchanged(log, string.Join(' ', problems));
    }

    private FrozenDictionary<string, Client> Read(out List<string> problems)
    {
        var read = new Dictionary<string, Client>(StringComparer.Ordinal);
        problems = [];
        foreach (var entry in section?.GetChildren() ?? [])
        {
            var json = ConfigurationJson.Read(entry) as JsonObject ?? [];
            if (json["client_id"] is not JsonValue id || id.GetValueKind() != JsonValueKind.String)
            {
                problems.Add($"{entry.Path} has no client_id. Give it one. (gatehouse explain 7020)");
                continue;
            }
            var clientId = id.GetValue<string>();
            var secret = json["client_secret"]?.ToString();
            validator.TryParse(clientId, JsonElement.Parse(json.ToJsonString()), out var client, out var errors);
            problems.AddRange(errors.Select(error => $"{entry.Path} (client_id '{clientId}'): {error.Description}. (gatehouse explain 7020)"));
            if (SecretProblem(client, secret) is { } problem) problems.Add($"{entry.Path} (client_id '{clientId}'): {problem} (gatehouse explain 7020)");
            // One SHA-256, as for the secrets that we make: the secret itself stands in the file that whoever reads our memory can read, too.
            if (secret is not null) client = client with { Secrets = [new("configured", ClientSecret.Sha256, ClientSecret.HashOf(secret), default, null)] };
            if (!read.TryAdd(clientId, client)) problems.Add($"{entry.Path}: the client_id '{clientId}' is declared twice. Remove one. (gatehouse explain 7020)");
        }
        return read.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string? SecretProblem(Client client, string? secret) => client.TokenEndpointAuthMethod.StartsWith("client_secret_", StringComparison.Ordinal)
        ? secret is null ? $"token_endpoint_auth_method is {client.TokenEndpointAuthMethod}, but there is no client_secret. Add one, or set token_endpoint_auth_method to none." : null
        : secret is not null ? $"token_endpoint_auth_method is {client.TokenEndpointAuthMethod}, so client_secret would never be used. Remove it." : null;

    [LoggerMessage(1111, LogLevel.Error, "Gatehouse:Clients has changed and cannot be used, so the clients stay as they were: {Problems}")]
    private static partial void Unchanged(ILogger log, string problems);
}
