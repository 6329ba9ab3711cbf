// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5: claims)
using System.Security.Claims;

namespace Gatehouse.Users;

/// <summary>
/// What your app knows of a user: asked when claims are needed for userinfo, an ID token or an access token, and never otherwise. Registered with
/// <see cref="GatehouseBuilder.AddClaimsSource{TSource}"/> as a scoped service, so it may use your DbContext.
/// </summary>
public interface IClaimsSource
{
    /// <summary>The claims of a user, of those that are asked for.</summary>
    /// <remarks>
    /// Leave out what you do not know: a claim with an empty value is never sent. Claims that were not asked for, and those that the protocol itself says (<c>iss</c>, <c>sub</c>, <c>aud</c>,
    /// <c>exp</c>, …), are dropped. A name that you return several times becomes an array. Standard claims get their JSON type by their name; for others the <see cref="Claim.ValueType"/>
    /// decides: <see cref="ClaimValueTypes.Boolean"/>, <see cref="ClaimValueTypes.Integer64"/>, <c>JSON</c> (<c>JsonClaimValueTypes.Json</c>), else a string. A value in another language is
    /// named with its tag, <c>family_name#ja-Kana-JP</c> (OpenID Connect Core 1.0 §5.2).
    /// </remarks>
    /// <param name="context">Whose claims, for whom, and which.</param>
    /// <param name="ct">Cancelled when the client hangs up.</param>
    ValueTask<IReadOnlyList<Claim>> GetClaimsAsync(ClaimsRequestContext context, CancellationToken ct);
}

/// <summary>Which claims are asked for.</summary>
/// <param name="Subject">The user, by your own identifier, also where the client knows them by another (pairwise) one.</param>
/// <param name="ClientId">Who will see the claims.</param>
/// <param name="Names">The claims that the granted scopes and the client's <c>claims</c> parameter stand for.</param>
/// <param name="Locales">The languages that the client prefers, best first (BCP 47); empty if it does not say.</param>
public sealed record ClaimsRequestContext(string Subject, string ClientId, IReadOnlySet<string> Names, IReadOnlyList<string> Locales);
