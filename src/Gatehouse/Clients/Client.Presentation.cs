// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: what is shown to people, §2.2: in their language)
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Clients;

// What people see of a client. All of it is the client's own claim: shown as text, linked without trust.
public sealed partial record Client
{
    /// <summary>Its home page, an https URL.</summary>
    [JsonPropertyName("client_uri")]
    public string? ClientUri { get; init; }

    /// <summary>Its logo, an https URL. Hostile like its name: our pages load nothing from elsewhere.</summary>
    [JsonPropertyName("logo_uri")]
    public string? LogoUri { get; init; }

    /// <summary>How it uses people's data, an https URL.</summary>
    [JsonPropertyName("policy_uri")]
    public string? PolicyUri { get; init; }

    /// <summary>Its terms of service, an https URL.</summary>
    [JsonPropertyName("tos_uri")]
    public string? TosUri { get; init; }

    /// <summary>Whom the operator may write to, usually e-mail addresses.</summary>
    [JsonPropertyName("contacts")]
    public IReadOnlyList<string> Contacts { get; init; } = [];

    /// <summary>The same for every installation of one software.</summary>
    [JsonPropertyName("software_id")]
    public string? SoftwareId { get; init; }

    /// <summary>The version of that software.</summary>
    [JsonPropertyName("software_version")]
    public string? SoftwareVersion { get; init; }

    /// <summary>The name in the first of <paramref name="locales"/> that it was registered in (<c>client_name#de</c>), else <see cref="Name"/>.</summary>
    /// <param name="locales">Language tags (BCP 47), the preferred first. <c>de-AT</c> is content with <c>de</c>.</param>
    public string? NameIn(IEnumerable<string> locales) => Localised("client_name", locales) ?? Name;

    private string? Localised(string member, IEnumerable<string> locales)
    {
        if (Other is null) return null;
        foreach (var locale in locales)
            for (var tag = locale; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
                foreach (var (name, value) in Other)
                    if (name.Length == member.Length + 1 + tag.Length && name.StartsWith(member, StringComparison.Ordinal) && name[member.Length] == '#'
                        && name.EndsWith(tag, StringComparison.OrdinalIgnoreCase) && value.ValueKind is JsonValueKind.String)
                        return value.GetString();
        return null;
    }
}
