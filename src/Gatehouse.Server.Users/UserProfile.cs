// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.1 Standard Claims)
namespace Gatehouse.Server.Users;

/// <summary>The standard claims that ASP.NET Core Identity has no place for. The names in JSON are the claims' own.</summary>
internal sealed record UserProfile
{
    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? MiddleName { get; init; }

    public string? Nickname { get; init; }

    /// <summary>Null: the user name.</summary>
    public string? PreferredUsername { get; init; }

    public string? Profile { get; init; }

    public string? Picture { get; init; }

    public string? Website { get; init; }

    public string? Gender { get; init; }

    public string? Birthdate { get; init; }

    public string? Zoneinfo { get; init; }

    public string? Locale { get; init; }

    public UserAddress? Address { get; init; }
}

/// <summary>The <c>address</c> claim (§5.1.1).</summary>
internal sealed record UserAddress
{
    public string? Formatted { get; init; }

    public string? StreetAddress { get; init; }

    public string? Locality { get; init; }

    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    public string? Country { get; init; }
}
