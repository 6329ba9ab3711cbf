// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: what is shown to people, §5)
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for what people see of a client.</summary>
internal static class PresentationRules
{
    private const int MaxLength = 255, MaxContacts = 10;

    private static readonly string[] links = ["client_uri", "logo_uri", "policy_uri", "tos_uri"];

    public static void Check(Client client, List<OAuthError> errors)
    {
        foreach (var (name, link) in new[] { ("client_uri", client.ClientUri), ("logo_uri", client.LogoUri), ("policy_uri", client.PolicyUri), ("tos_uri", client.TosUri), ("initiate_login_uri", client.InitiateLoginUri) })
            if (link is not null && !ClientLink.IsHttps(link))
                errors.Add(Refuse($"{name} must be an https URL"));
        if (client.Contacts.Count > MaxContacts || client.Contacts.Any(contact => !IsShort(contact)))
            errors.Add(Refuse($"contacts must be at most {MaxContacts}, each 1 to {MaxLength} characters without control characters"));
        foreach (var (name, text) in new[] { ("software_id", client.SoftwareId), ("software_version", client.SoftwareVersion) })
            if (text is not null && !IsShort(text))
                errors.Add(Refuse($"{name} must be 1 to {MaxLength} characters without control characters"));
        CheckLocalised(client, errors);
    }

    /// <summary>§2.2: <c>client_name#de</c> is a name like any other.</summary>
    private static void CheckLocalised(Client client, List<OAuthError> errors)
    {
        foreach (var (name, value) in client.Other ?? new Dictionary<string, JsonElement>())
            if (name.IndexOf('#') is > 0 and var at)
                switch (name[..at])
                {
                    case "client_name" when value.ValueKind is not JsonValueKind.String || !IsShort(value.GetString()!):
                        errors.Add(Refuse($"{name} must be 1 to {MaxLength} characters, none of them a control or text-direction character: users read it before they consent"));
                        break;
                    case var link when links.Contains(link) && (value.ValueKind is not JsonValueKind.String || !ClientLink.IsHttps(value.GetString()!)):
                        errors.Add(Refuse($"{name} must be an https URL"));
                        break;
                }
    }

    /// <summary>Control characters, and the marks that make text read in another direction than it is stored.</summary>
    public static bool Misleads(char c) => char.IsControl(c) || c is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsShort(string text) => text.Length is > 0 and <= MaxLength && !text.Any(Misleads);

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
