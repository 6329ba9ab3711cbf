// RFC 8707 - Resource Indicators for OAuth 2.0
using System.Collections.Frozen;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Which resources there are, and what their tokens look like. The app's own API is the null resource.</summary>
internal sealed class ResourceCatalog
{
    /// <summary>How a grant that is limited to certain resources names the app's own API. No declared resource can be called so, for it is no URI.</summary>
    public const string Own = "self";

    private readonly Dictionary<string, Entry> declared = new(StringComparer.Ordinal);
    private readonly string? audience;
    private readonly string userInfo;
    private readonly Entry own;

    public ResourceCatalog(IOptions<GatehouseOptions> options)
    {
        audience = options.Value.Audience ?? options.Value.Issuer;
        userInfo = options.Value.Paths.UserInfo;
        own = new(null, IsJwt: false, Scopes: null, FrozenSet<string>.Empty, options.Value.AccessTokenLifetime);
        foreach (var resource in options.Value.Resources)
        {
            var jwt = resource.AccessTokenFormat == "jwt";
            declared.Add(Normalize(resource.Identifier), new(resource.Identifier, jwt,
                resource.Scopes.Count == 0 ? null : Protocol.Scopes.Of(resource.Scopes),
                resource.Claims.ToFrozenSet(StringComparer.Ordinal),
                resource.AccessTokenLifetime ?? (jwt ? options.Value.JwtAccessTokenLifetime : options.Value.AccessTokenLifetime)));
        }
    }

    /// <param name="Identifier">The <c>aud</c> of its tokens; null for the app's own API.</param>
    /// <param name="IsJwt">Whether its tokens are <c>at+jwt</c>.</param>
    /// <param name="Scopes">The scopes that mean something there; null for all.</param>
    /// <param name="Claims">What its tokens say of the user.</param>
    /// <param name="Lifetime">Of its tokens.</param>
    internal sealed record Entry(string? Identifier, bool IsJwt, Scopes? Scopes, FrozenSet<string> Claims, TimeSpan Lifetime);

    public Entry Find(string? identifier) => identifier is null ? own : declared[Normalize(identifier)];

    public bool IsDeclared(string identifier) => declared.ContainsKey(Normalize(identifier));

    /// <summary>The longest that an access token of such a grant lives.</summary>
    public TimeSpan LongestLifetime(IReadOnlyList<string> granted) =>
        declared.Values.Where(entry => granted.Count == 0 || granted.Contains(entry.Identifier!))
            .Concat(granted.Count == 0 || granted.Contains(Own) ? [own] : []).Max(entry => entry.Lifetime);

    /// <summary>The <c>aud</c>: the resource, and userinfo for a token that opens it. The app's own API and userinfo are one place.</summary>
    public IReadOnlyList<string> AudiencesOf(string? identifier, Scopes scopes, string issuer) =>
        identifier is null ? [audience ?? issuer] : scopes.Contains(StandardScopes.OpenId) ? [identifier, issuer + userInfo] : [identifier];

    /// <summary>The identifiers as configured, null for the app's own API; or <c>invalid_target</c> (§2).</summary>
    public Result<List<string?>> Parse(IReadOnlyList<string> requested, string issuer)
    {
        var found = new List<string?>(requested.Count);
        foreach (var text in requested)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out _) || text.Contains('#'))
                return OAuthError.InvalidTarget("resource must be an absolute URI without a fragment");
            var normal = Normalize(text);
            if (declared.TryGetValue(normal, out var entry)) found.Add(entry.Identifier);
            else if (normal == Normalize(audience ?? issuer)) found.Add(null);
            else return OAuthError.InvalidTarget($"resource '{text}' is not known here");
        }
        return found;
    }

    /// <summary>What a grant is limited to, as it is stored: empty if the request does not say.</summary>
    public Result<List<string>> ParseGranted(IReadOnlyList<string> requested, string issuer) =>
        Parse(requested, issuer).Succeeded(out var found, out var error) ? found.ConvertAll(identifier => identifier ?? Own) : error;

    /// <summary>
    /// The one resource that a token is for (§2.2): the one that the request names, if the grant has it; else the only one of the grant, or the app's own API where the grant
    /// has that. A grant limited elsewhere never yields a token for the app's own API by leaving the parameter out.
    /// </summary>
    public Result<Entry> Choose(IReadOnlyList<string> granted, IReadOnlyList<string> requested, string issuer)
    {
        if (!ParseGranted(requested, issuer).Succeeded(out var named, out var error)) return error;
        var chosen = named is [var only] ? only : granted.Count is 0 || granted.Contains(Own) ? Own : granted is [var single] ? single : null;
        if (chosen is null) return OAuthError.InvalidTarget("several resources were granted; name one of them");
        if (granted.Count > 0 && !granted.Contains(chosen)) return OAuthError.InvalidTarget("resource exceeds what was granted");
        // A resource may have been removed from the configuration since.
        return chosen == Own ? own : declared.TryGetValue(Normalize(chosen), out var entry) ? entry : OAuthError.InvalidTarget("resource is not known here any more");
    }

    /// <summary>
    /// Clients of MCP gain or lose the slash of an origin-only URI, and may write scheme and host in capitals; both mean the same resource. Nothing else does.
    /// </summary>
    private static string Normalize(string identifier)
    {
        var authority = identifier.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0) return identifier;
        var path = identifier.AsSpan(authority + 3).IndexOfAny('/', '?');
        var origin = path < 0 ? identifier : identifier[..(authority + 3 + path)];
        var rest = identifier[origin.Length..];
        return origin.ToLowerInvariant() + (rest == "/" ? "" : rest);
    }
}
