// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client metadata)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>A registered client. The names in JSON are RFC 7591's; the defaults are the safe ones.</summary>
public sealed partial record Client
{
    /// <summary>The <c>client_id</c>.</summary>
    [JsonPropertyName("client_id")]
    public required string Id { get; init; }

    /// <summary>What the consent page calls it. Hostile until proven otherwise: shown as text.</summary>
    [JsonPropertyName("client_name")]
    public string? Name { get; init; }

    /// <summary>How it authenticates: exactly this way, and no other. Default <c>client_secret_basic</c>; <c>none</c> makes it a public client.</summary>
    [JsonPropertyName("token_endpoint_auth_method")]
    public string TokenEndpointAuthMethod { get; init; } = "client_secret_basic";

    /// <summary>Which grants it may use. Default: <c>authorization_code</c>.</summary>
    [JsonPropertyName("grant_types")]
    public IReadOnlyList<string> GrantTypes { get; init; } = ["authorization_code"];

    /// <summary>What it may ask the authorization endpoint for. Default and only value: <c>code</c> (RFC 9700 §2.1.2).</summary>
    [JsonPropertyName("response_types")]
    public IReadOnlyList<string> ResponseTypes { get; init; } = ["code"];

    /// <summary>In which ways it may get the answer (SR-027). Default: <c>query</c> and <c>form_post</c>.</summary>
    [JsonPropertyName("response_modes")]
    public IReadOnlyList<string> ResponseModes { get; init; } = ["query", "form_post"];

    /// <summary>Where codes may be sent, compared octet for octet (RFC 8252's loopback ports excepted).</summary>
    [JsonPropertyName("redirect_uris")]
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>Which scopes it may be granted, separated by spaces; also what it is granted when it names none.</summary>
    [JsonPropertyName("scope")]
    public string Scope { get; init; } = "";

    /// <summary><c>web</c> (default) or <c>native</c>: only native clients may use loopback and private-use redirect URIs.</summary>
    [JsonPropertyName("application_type")]
    public string ApplicationType { get; init; } = "web";

    /// <summary>Whether PKCE is required. Default true; false is allowed for confidential clients only.</summary>
    [JsonPropertyName("require_pkce")]
    public bool RequirePkce { get; init; } = true;

    /// <summary>Whether users are asked before this client gets a code. Default true; false is for the app's own first-party clients.</summary>
    [JsonPropertyName("require_consent")]
    public bool RequireConsent { get; init; } = true;

    /// <summary>Which resources this client is: it may introspect tokens whose audience is one of them (RFC 7662). The app's own API is <c>self</c>.</summary>
    [JsonPropertyName("resource_server_for")]
    public IReadOnlyList<string> ResourceServerFor { get; init; } = [];

    /// <summary>A disabled client is refused everywhere, and so are its tokens.</summary>
    [JsonPropertyName("enabled")]
    public bool Enabled { get; init; } = true;

    /// <summary>Its secrets; several during a rotation. Never written to JSON.</summary>
    [JsonIgnore]
    public IReadOnlyList<ClientSecret> Secrets { get; init; } = [];

    /// <summary>Other metadata members, kept as they were registered.</summary>
    [JsonExtensionData]
    public IDictionary<string, System.Text.Json.JsonElement>? Other { get; init; }

    /// <summary>When it was registered.</summary>
    [JsonIgnore]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>True if it has no way to keep a secret: <c>token_endpoint_auth_method</c> is <c>none</c>.</summary>
    [JsonIgnore]
    public bool IsPublic => TokenEndpointAuthMethod == "none";

    // Parsed once per client, not once per request. Records copy fields on `with`, so a copy must not keep a stale parse.
    internal Scopes ParsedScope => parsedScope is { } parsed && ReferenceEquals(parsed.Text, Scope) ? parsed.Value : Reparse();

    private sealed record Parse(string Text, Scopes Value);

    private Parse? parsedScope;

    private Scopes Reparse()
    {
        var value = Scopes.Of(Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        parsedScope = new(Scope, value);
        return value;
    }
}
