// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1, §5.5.1.1: how the user should sign in)
using System.Globalization;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>The part of an authorization request that is about signing in. Works without <c>openid</c> too: <c>max_age</c> and <c>acr_values</c> also serve plain OAuth (RFC 9470).</summary>
internal sealed class AuthenticationRequest
{
    private const int LongestHint = 255, MostAcrValues = 10, LongestAcrValue = 255;

    private AuthenticationRequest(Prompt prompt, long? maxAge, ClaimsRequest? claims) => (Prompt, MaxAge, Claims) = (prompt, maxAge, claims);

    public Prompt Prompt { get; }

    /// <summary>How many seconds ago the user may have signed in; null for any time ago.</summary>
    public long? MaxAge { get; }

    /// <summary>The claims that are asked for by name; null for none. <c>acr</c> and <c>sub</c> among them are about the sign-in.</summary>
    public ClaimsRequest? Claims { get; }

    /// <summary>How strongly the user should sign in, the preferred value first: a wish.</summary>
    public IReadOnlyList<string> AcrValues { get; private init; } = [];

    /// <summary>The values of which one must be reached, or the sign-in has failed; empty if nothing must.</summary>
    public IReadOnlyList<string> EssentialAcr { get; private init; } = [];

    /// <summary>Who the client thinks its user is. Anything at all: for a login form to show as text.</summary>
    public string? LoginHint { get; private init; }

    /// <summary><c>page</c>, <c>popup</c>, <c>touch</c> or <c>wap</c>.</summary>
    public string Display { get; private init; } = "page";

    public IReadOnlyList<string> UiLocales { get; private init; } = [];

    public static Result<AuthenticationRequest> Parse(Parameters request, Client client, AuthorizeOptions options)
    {
        if (!Prompt.Parse(request.Optional("prompt"), options.CreateAccountPath is not null).Succeeded(out var prompt, out var error)) return error;
        long? maxAge = client.DefaultMaxAge;
        if (request.Optional("max_age") is { } age)
        {
            if (!long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return OAuthError.InvalidRequest("max_age must be a number of seconds");
            maxAge = seconds;
        }
        ClaimsRequest? claims = null;
        if (request.Optional("claims") is { } asked && !ClaimsRequest.Parse(asked).Succeeded(out claims, out error)) return error;
        var acr = claims?.IdToken.GetValueOrDefault("acr");
        var named = acr is null ? [] : AcrValuesOf(acr.Values.Where(value => value.ValueKind is JsonValueKind.String).Select(value => value.GetString()!));
        return new AuthenticationRequest(prompt, maxAge, claims)
        {
            AcrValues = [.. named.Union(request.Optional("acr_values") is { } values ? AcrValuesOf(values.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : client.DefaultAcrValues)],
            EssentialAcr = acr is { Essential: true } ? named : [],
            // A hint that is longer than any name or address helps nobody, and a wish is no reason to refuse.
            LoginHint = request.Optional("login_hint") is { Length: <= LongestHint } hint && !hint.Any(char.IsControl) ? hint : null,
            Display = request.Optional("display") is "popup" or "touch" or "wap" ? request.Optional("display")! : "page",
            UiLocales = Locales.Parse(request.Optional("ui_locales")),
        };
    }

    private static IReadOnlyList<string> AcrValuesOf(IEnumerable<string> values) =>
        [.. values.Where(value => value.Length is > 0 and <= LongestAcrValue).Distinct(StringComparer.Ordinal).Take(MostAcrValues)];
}
