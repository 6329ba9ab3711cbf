// RFC 7592 - OAuth 2.0 Dynamic Client Registration Management Protocol (§1.3: registration access token)
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Registration;

/// <summary>The key to one client's own record. Stored as a hash with the client, so it ends with it.</summary>
internal static class RegistrationToken
{
    public const string Prefix = "gtm_";

    /// <summary>A new one, and what is kept of it.</summary>
    public static DynamicRegistration New(string registeredBy, out string token)
    {
        var handle = Handle.New(Prefix);
        token = handle.Reveal();
        return new(handle.Id, handle.SecretHash(), registeredBy);
    }

    /// <summary>Whether a token opens this client, and no other (SR-157).</summary>
    public static bool Opens(Client client, string token) =>
        client.Registration is { } registration && Handle.TryParse(Prefix, token) is { } handle && handle.Id == registration.TokenId && handle.Matches(registration.TokenHash.Span);
}
