// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.1 Standard Claims)
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Gatehouse.Server.Users;
using Gatehouse.Server.Users.Data;
using Gatehouse.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Server.Accounts;

/// <summary>Every standard claim, from the user's record.</summary>
internal sealed class StandardClaims(UsersContext users) : IClaimsSource
{
    // One line per claim.
    private static readonly (string Name, Func<ServerUser, string?> Value, string Type)[] Known =
    [
        ("name", user => user.Profile.Name, ClaimValueTypes.String),
        ("given_name", user => user.Profile.GivenName, ClaimValueTypes.String),
        ("family_name", user => user.Profile.FamilyName, ClaimValueTypes.String),
        ("middle_name", user => user.Profile.MiddleName, ClaimValueTypes.String),
        ("nickname", user => user.Profile.Nickname, ClaimValueTypes.String),
        ("preferred_username", user => user.Profile.PreferredUsername ?? user.UserName, ClaimValueTypes.String),
        ("profile", user => user.Profile.Profile, ClaimValueTypes.String),
        ("picture", user => user.Profile.Picture, ClaimValueTypes.String),
        ("website", user => user.Profile.Website, ClaimValueTypes.String),
        ("gender", user => user.Profile.Gender, ClaimValueTypes.String),
        ("birthdate", user => user.Profile.Birthdate, ClaimValueTypes.String),
        ("zoneinfo", user => user.Profile.Zoneinfo, ClaimValueTypes.String),
        ("locale", user => user.Profile.Locale, ClaimValueTypes.String),
        ("updated_at", user => user.UpdatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        ("email", user => user.Email, ClaimValueTypes.String),
        ("email_verified", user => user.Email is null ? null : user.EmailConfirmed ? "true" : "false", ClaimValueTypes.Boolean),
        ("phone_number", user => user.PhoneNumber, ClaimValueTypes.String),
        ("phone_number_verified", user => user.PhoneNumber is null ? null : user.PhoneNumberConfirmed ? "true" : "false", ClaimValueTypes.Boolean),
        ("address", user => user.Profile.Address is { } address ? JsonSerializer.Serialize(address, UsersJson.Default.UserAddress) : null, JsonClaimValueTypes.Json),
    ];

    public async ValueTask<IReadOnlyList<Claim>> GetClaimsAsync(ClaimsRequestContext context, CancellationToken ct)
    {
        if (await users.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == context.Subject, ct) is not { } user) return [];
        return [.. from claim in Known where context.Names.Contains(claim.Name) let value = claim.Value(user) where value is not null select new Claim(claim.Name, value, claim.Type)];
    }
}
