using System.Text.Json.Serialization;

namespace Gatehouse.Server.Users;

/// <summary>A user as a JSON file declares one: in <c>Gatehouse:Users</c>, or for <c>gatehouse users import</c>. Standard claims go by their own names.</summary>
internal sealed record UserDeclaration
{
    /// <summary>Signs in by this name; it also finds the user when the file is read again.</summary>
    public string Username { get; init; } = "";

    /// <summary>The subject. Only for a user that is new. Default: a UUID of version 7.</summary>
    public string? Sub { get; init; }

    /// <summary>Null leaves the password as it is.</summary>
    public string? Password { get; init; }

    public bool Administrator { get; init; }

    public bool Disabled { get; init; }

    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    public string? PhoneNumber { get; init; }

    public bool PhoneNumberVerified { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? MiddleName { get; init; }

    public string? Nickname { get; init; }

    public string? PreferredUsername { get; init; }

    public string? Profile { get; init; }

    public string? Picture { get; init; }

    public string? Website { get; init; }

    public string? Gender { get; init; }

    public string? Birthdate { get; init; }

    public string? Zoneinfo { get; init; }

    public string? Locale { get; init; }

    public UserAddress? Address { get; init; }

    [JsonIgnore]
    internal UserProfile Claims => new()
    {
        Name = Name,
        GivenName = GivenName,
        FamilyName = FamilyName,
        MiddleName = MiddleName,
        Nickname = Nickname,
        PreferredUsername = PreferredUsername,
        Profile = Profile,
        Picture = Picture,
        Website = Website,
        Gender = Gender,
        Birthdate = Birthdate,
        Zoneinfo = Zoneinfo,
        Locale = Locale,
        Address = Address,
    };

    /// <summary>The name only: a password must not come into a log by way of a debugger's words.</summary>
    public override string ToString() => Username;
}
