// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: what a client may ask for, §5; SR-152)
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;
using Gatehouse.Fetch;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>Turns what a stranger asks for into a client that a stranger may have. Pure; the sector is checked after it.</summary>
internal sealed class RegistrationPolicy(ClientMetadataValidator validator, SafeFetch fetch, PairwiseSubject subjects, IOptions<GatehouseOptions> options)
{
    /// <summary>What only an operator decides. A client that sends one is not refused, because an unknown member is ignored (§2), but it is never heard.</summary>
    private static readonly string[] operators = ["require_pkce", "require_consent", "resource_server_for", "enabled"];

    /// <summary>RFC 7519 §4.1: what a software statement says about itself.</summary>
    private static readonly string[] aboutTheStatement = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    private readonly RegistrationOptions options = options.Value.Registration;
    private readonly bool unsignedRequests = options.Value.Authorize.AllowUnsignedRequestObjects;

    public IReadOnlyList<string> Scopes { get; } = options.Value.Registration.Scopes is { Count: > 0 } scopes ? [.. scopes] : StandardScopes.Names;

    public IReadOnlyList<string> GrantTypes { get; } = options.Value.Registration.GrantTypes is { Count: > 0 } grants ? [.. grants] : ["authorization_code", "refresh_token"];

    /// <param name="clientId">The id that it has or will have.</param>
    /// <param name="asked">What it asks for.</param>
    /// <param name="statement">What an authority says of its software; worth more than what it says itself (§2.3).</param>
    public Result<Client> Decide(string clientId, JsonObject asked, JsonElement? statement)
    {
        var metadata = asked.DeepClone().AsObject();
        foreach (var claim in statement?.EnumerateObject().Where(claim => !aboutTheStatement.Contains(claim.Name)) ?? [])
            metadata[claim.Name] = JsonNode.Parse(claim.Value.GetRawText());
        foreach (var name in operators) metadata.Remove(name);
        // OpenID Connect Registration §2 promises it to whoever names none; our own default is for clients that are registered by hand.
        if (metadata["id_token_signed_response_alg"] is null) metadata["id_token_signed_response_alg"] = "RS256";

        if (!validator.TryParse(clientId, JsonElement.Parse(metadata.ToJsonString()), out var client, out var errors) && !IsNative(metadata, client, out client, out errors))
            return errors[0] is var first && errors.Count == 1 ? first : new OAuthError(first.Code, string.Join("; ", errors.Select(error => error.Description)));
        if (client.GrantTypes.FirstOrDefault(grant => !GrantTypes.Contains(grant)) is { } grant)
            return new OAuthError("invalid_client_metadata", $"grant_types: '{grant}' cannot be registered here; use {string.Join(", ", GrantTypes)}");
        if ((NotOffered(client) ?? Unreachable(client)) is { } refusal) return refusal;
        if (Granted(metadata, client) is not { } scope)
            return new OAuthError("invalid_client_metadata", $"scope: none of these can be registered here; use {string.Join(", ", Scopes)}");
        return client with { Scope = scope, RequirePkce = !options.Dangerous.PkceOptional || client.IsPublic || client.ApplicationType == "native" };
    }

    /// <summary>
    /// Most tools that run on their user's machine leave <c>application_type</c> out, and its default, web, forbids the redirect URIs that they need. If it is all that is wrong, it is supplied,
    /// and the answer says so.
    /// </summary>
    private bool IsNative(JsonObject metadata, Client asWeb, out Client client, out IReadOnlyList<OAuthError> errors)
    {
        if (metadata["application_type"] is null && asWeb.IsPublic)
        {
            metadata["application_type"] = "native";
            if (validator.TryParse(asWeb.Id, JsonElement.Parse(metadata.ToJsonString()), out client, out errors)) return true;
            metadata.Remove("application_type");
        }
        return validator.TryParse(asWeb.Id, JsonElement.Parse(metadata.ToJsonString()), out client, out errors);
    }

    /// <summary>Narrowed, as §2 lets a server do, and told in the answer.</summary>
    private string? Granted(JsonObject metadata, Client client)
    {
        if (metadata["scope"] is null) return string.Join(' ', Scopes);
        var granted = client.ParsedScope.ToString().Split(' ').Where(Scopes.Contains).ToList();
        return granted.Count > 0 ? string.Join(' ', granted) : null;
    }

    /// <summary>What this server could do, and does not: told now, and not to the first user.</summary>
    private OAuthError? NotOffered(Client client)
    {
        if (subjects.Problem(client) is { } problem) return new("invalid_client_metadata", "subject_type pairwise is not supported here; use public") { Reason = problem.Reason };
        return client.RequestObjectSigningAlg == "none" && !unsignedRequests
            ? new("invalid_client_metadata", "request_object_signing_alg none is not supported here; sign request objects, or leave the member out") : null;
    }

    /// <summary>A URL that we would never call is a mistake that is best told now (SR-151).</summary>
    private OAuthError? Unreachable(Client client)
    {
        (string Name, string? Url)[] urls =
        [
            ("jwks_uri", client.JwksUri), ("sector_identifier_uri", client.SectorIdentifierUri), ("backchannel_logout_uri", client.BackchannelLogoutUri),
            .. client.RequestUris.Select(uri => ("request_uris", (string?)uri)),
        ];
        foreach (var (name, url) in urls)
            if (url is not null && ClientLink.Parse(url) is { } uri && fetch.Problem(uri) is { } problem)
                return new("invalid_client_metadata", $"{name} cannot be fetched by this server; use an https URL") { Reason = $"{name} of a client that wants to register cannot be fetched: {problem}." };
        return null;
    }
}
