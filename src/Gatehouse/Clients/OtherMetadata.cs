// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: members that are stored and shown, but steer nothing)
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Members that a client record keeps in <see cref="Client.Other"/>: kept as they are, within bounds.</summary>
internal static class OtherMetadata
{
    private const int MaxLength = 16 * 1024;

    public static void Check(Client client, List<OAuthError> errors)
    {
        var length = (client.Other?.Sum(member => member.Key.Length + member.Value.GetRawText().Length) ?? 0) + (client.Jwks?.GetRawText().Length ?? 0);
        if (length > MaxLength)
            errors.Add(new("invalid_client_metadata", $"the metadata is longer than {MaxLength} characters; leave out what no client needs"));
    }
}
