// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.1 Authorization Request)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Authorize;

/// <summary>What a client asks a user for. Every error found here may be redirected, because the target is proven already.</summary>
internal sealed class AuthorizeRequest
{
    public const string OfflineAccess = "offline_access";

    private const int MaxNonce = 512;

    private static readonly Scopes Offline = Scopes.Of([OfflineAccess]);

    private AuthorizeRequest(RedirectTarget target, Scopes scopes, IReadOnlyList<string> resources, PkceChallenge? challenge, string? nonce, AuthenticationRequest authentication) =>
        (Target, Scopes, Resources, Challenge, Nonce, Authentication) = (target, scopes, resources, challenge, nonce, authentication);

    public RedirectTarget Target { get; }

    public Client Client => Target.Client;

    public Scopes Scopes { get; }

    /// <summary>Where the tokens may be used (RFC 8707); empty if the request does not say.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>Null only for a confidential client that is registered to do without.</summary>
    public PkceChallenge? Challenge { get; }

    public string? Nonce { get; }

    public Prompt Prompt => Authentication.Prompt;

    /// <summary>How the user should sign in.</summary>
    public AuthenticationRequest Authentication { get; }

    /// <summary>The claims that are asked for by name; null for none.</summary>
    public ClaimsRequest? Claims => Authentication.Claims;

    /// <summary>
    /// What the user is asked for: the scopes, and those whose claims are asked for by name. Only <see cref="Scopes"/> are granted, but what is told of a user in small pieces needs their yes as
    /// much as the whole.
    /// </summary>
    public Scopes Shown { get; private init; } = Scopes.None;

    /// <summary>Languages for claims, best first, with spaces between them; null for none.</summary>
    public string? ClaimsLocales { get; private init; }

    /// <summary>The only users who will do, as the app knows them; null for any. By <c>id_token_hint</c>, or by a value of the claim <c>sub</c> (OpenID Connect Core §5.5.1).</summary>
    public IReadOnlyList<string>? OnlyFor { get; private init; }

    /// <param name="request">The parameters that count.</param>
    /// <param name="target">Where the answer goes.</param>
    /// <param name="rules">What the request is held against.</param>
    /// <param name="hinted">The user whom <c>id_token_hint</c> is about, or null.</param>
    public static Result<AuthorizeRequest> Parse(Parameters request, RedirectTarget target, AuthorizeRules rules, string? hinted)
    {
        var client = target.Client;
        if (request.Repeated is { } repeated) return repeated;
        if (request.Optional("registration") is not null) return new OAuthError("registration_not_supported", "the registration parameter is not supported");
        if (!request.Required("response_type").Succeeded(out var type, out var error)) return error;
        if (type != "code") return new OAuthError("unsupported_response_type", "only response_type code is supported");
        if (ResponseMode.Check(request, target) is { } impossible) return impossible;
        if (!client.GrantTypes.Contains("authorization_code")) return OAuthError.UnauthorizedClient("this client is not registered for grant_type 'authorization_code'");
        if (rules.Subjects.Problem(client) is { } nameless) return nameless;
        if (!AuthenticationRequest.Parse(request, client, rules.Options).Succeeded(out var authentication, out error)) return error;

        PkceChallenge? challenge = null;
        if (request.Optional("code_challenge") is { } text)
        {
            if (!PkceChallenge.Parse(text, request.Optional("code_challenge_method")).Succeeded(out challenge, out error)) return error;
        }
        else if (client.IsPublic || client.RequirePkce || request.Optional("code_challenge_method") is not null)
            return OAuthError.InvalidRequest("code_challenge is missing; send one with code_challenge_method S256 (RFC 7636)");

        if (!ScopesFor(client, request.Optional("scope")).Succeeded(out var scopes, out error)) return error;
        if (!rules.Resources.ParseGranted(request.All("resource"), rules.Issuer).Succeeded(out var resources, out error)) return error;
        var nonce = request.Optional("nonce");
        if (nonce is { Length: > MaxNonce }) return OAuthError.InvalidRequest($"nonce is longer than {MaxNonce} characters");
        return new AuthorizeRequest(target, scopes, resources, challenge, nonce, authentication)
        {
            // Without openid there is nothing that a claim could be put into.
            Shown = authentication.Claims is { } claims && scopes.Contains(StandardScopes.OpenId) ? scopes.Union(rules.Claims.ScopesFor(client, claims)) : scopes,
            OnlyFor = OnlyForOf(authentication.Claims, client, rules, hinted),
            ClaimsLocales = Locales.Parse(request.Optional("claims_locales")) is { Count: > 0 } locales ? string.Join(' ', locales) : null,
        };
    }

    private static IReadOnlyList<string>? OnlyForOf(ClaimsRequest? claims, Client client, AuthorizeRules rules, string? hinted)
    {
        IReadOnlyList<string>? only = hinted is null ? null : [hinted];
        foreach (var section in claims is null ? [] : new[] { claims.IdToken, claims.UserInfo })
            if (section.GetValueOrDefault("sub") is { Values.Count: > 0 } asked)
            {
                var meant = asked.Values.Select(value => value.ValueKind is JsonValueKind.String ? rules.Subjects.Find(client, value.GetString()!) : null).OfType<string>();
                only = [.. only is null ? meant : only.Intersect(meant, StringComparer.Ordinal)];
            }
        return only;
    }

    private static Result<Scopes> ScopesFor(Client client, string? text)
    {
        // OpenID Connect Core §11: ignored where it cannot be had. Where it can, the user is asked for it by name like for any other scope, with prompt=consent or without.
        var available = client.GrantTypes.Contains("refresh_token") ? client.ParsedScope : client.ParsedScope.Except(Offline);
        if (text is null) return available;
        if (!Scopes.Parse(text).Succeeded(out var scopes, out var error)) return error;
        if (!available.Contains(OfflineAccess)) scopes = scopes.Except(Offline);
        var excess = scopes.Except(available);
        return excess.IsEmpty ? scopes : OAuthError.InvalidScope($"this client is not registered for scope '{excess}'");
    }
}
