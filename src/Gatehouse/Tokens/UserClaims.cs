// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5: claims)
using System.Security.Claims;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tokens;

/// <summary>What the app says of a user, kept to what was asked for. An app without an <see cref="IClaimsSource"/> said all it says at sign-in.</summary>
internal sealed class UserClaims(ScopeClaims scopes, IServiceScopeFactory services, IServiceProviderIsService known)
{
    private readonly bool areAsked = known.IsService(typeof(IClaimsSource));

    /// <summary>What has to travel with the grant because there is nobody to ask later: of what the app put into its sign-in, what this client may know.</summary>
    public IReadOnlyList<TokenClaim> AtSignIn(Client client, IReadOnlyList<Claim> claims, Scopes granted, ClaimsRequest? requested)
    {
        if (areAsked || !granted.Contains(StandardScopes.OpenId)) return [];
        var names = scopes.NamesFor(client, granted, requested is null ? [] : requested.UserInfo.Keys.Concat(requested.IdToken.Keys));
        return TokenClaim.From([.. claims.Select(Short).Where(claim => IsAsked(claim.Type, names))]);
    }

    /// <summary>The framework's own names are URLs for what OpenID Connect has words for.</summary>
    private static Claim Short(Claim claim) => claim.Type switch
    {
        ClaimTypes.Name => Named("name", claim),
        ClaimTypes.GivenName => Named("given_name", claim),
        ClaimTypes.Surname => Named("family_name", claim),
        ClaimTypes.Email => Named("email", claim),
        ClaimTypes.MobilePhone => Named("phone_number", claim),
        ClaimTypes.Gender => Named("gender", claim),
        ClaimTypes.DateOfBirth => Named("birthdate", claim),
        ClaimTypes.Webpage => Named("website", claim),
        _ => claim,
    };

    private static Claim Named(string type, Claim claim) => new(type, claim.Value, claim.ValueType);

    /// <summary>The claims to send now.</summary>
    /// <param name="subject">The user, as the app knows them.</param>
    /// <param name="client">Who will see it.</param>
    /// <param name="names">What was asked for; with none, nobody is asked.</param>
    /// <param name="locales">The <c>claims_locales</c> of the request (§5.2); null for none.</param>
    /// <param name="atSignIn">What the app said then.</param>
    /// <param name="ct">Cancels asking.</param>
    public async ValueTask<IReadOnlyList<TokenClaim>> FindAsync(
        string subject, Client client, IReadOnlySet<string> names, string? locales, IReadOnlyList<TokenClaim> atSignIn, CancellationToken ct)
    {
        if (names.Count == 0) return [];
        var claims = atSignIn;
        if (areAsked)
        {
            await using var scope = services.CreateAsyncScope();
            var context = new ClaimsRequestContext(subject, client.Id, names, locales?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);
            claims = TokenClaim.From(await scope.ServiceProvider.GetRequiredService<IClaimsSource>().GetClaimsAsync(context, ct));
        }
        // Whatever a source returns, a client gets only what its user agreed to.
        return [.. claims.Where(claim => IsAsked(claim.Type, names))];
    }

    /// <summary>A name may have a language tag (§5.2): whoever may see <c>name</c> may see <c>name#fr</c>.</summary>
    private static bool IsAsked(string type, IReadOnlySet<string> names) =>
        names.Contains(type) || (type.IndexOf('#', StringComparison.Ordinal) is > 0 and var tag && names.Contains(type[..tag]));
}
