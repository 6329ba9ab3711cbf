// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: members that are stored and shown, but steer nothing)
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for members that a client record keeps in <see cref="Client.Other"/>. Unknown ones are kept as they are.</summary>
internal static class OtherMetadata
{
    private const int MaxLength = 16 * 1024;

    /// <summary>Links that a page may show; a script or data URL in one of them would run in our origin.</summary>
    private static readonly string[] Links = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"];

    public static void Check(Client client, List<OAuthError> errors)
    {
        if (client.Other is not { } other) return;
        if (other.Sum(member => member.Key.Length + member.Value.GetRawText().Length) > MaxLength)
            errors.Add(Refuse($"the metadata is longer than {MaxLength} characters; leave out what no client needs"));
        foreach (var name in Links)
            if (other.TryGetValue(name, out var link) && !IsLink(link))
                errors.Add(Refuse($"{name} must be an https URL"));
        if (other.TryGetValue("response_types", out var types) && !AreSupported(types))
            errors.Add(Refuse("response_types: only code is supported (RFC 9700 section 2.1.2); remove the member or set it to [\"code\"]"));
    }

    private static bool IsLink(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && value.GetString() is { } text && text.All(c => c is > ' ' and <= '~' and not ('"' or '\'' or '<' or '>' or '\\'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    private static bool AreSupported(JsonElement types) =>
        types.ValueKind is JsonValueKind.Array && types.EnumerateArray().All(type => type.ValueKind is JsonValueKind.String && type.ValueEquals("code"));

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
