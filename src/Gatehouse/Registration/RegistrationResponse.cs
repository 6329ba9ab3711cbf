// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3.2.1: client information response; RFC 7592 §3)
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;

namespace Gatehouse.Registration;

/// <summary>What a client is told of itself: all metadata in effect.</summary>
internal static class RegistrationResponse
{
    /// <summary>What only the operator decides is not the client's to read either.</summary>
    private static readonly string[] operators = ["require_consent", "resource_server_for", "enabled"];

    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="client">The client as it is stored now.</param>
    /// <param name="secret">The secret that was just made; those from before are stored as hashes and cannot be told again.</param>
    /// <param name="token">Its registration access token.</param>
    /// <param name="uri">Its own URL.</param>
    public static ReadOnlyMemory<byte> Write(Client client, IssuedSecret? secret, string token, string uri)
    {
        var json = ClientMetadata.Write(client);
        foreach (var name in operators) json.Remove(name);
        json.Insert(1, "client_id_issued_at", client.CreatedAt.ToUnixTimeSeconds());
        if (secret is not null)
        {
            json.Insert(2, "client_secret", secret.Reveal);
            json.Insert(3, "client_secret_expires_at", secret.Stored.ExpiresAt?.ToUnixTimeSeconds() ?? 0);
        }
        json["registration_access_token"] = token;
        json["registration_client_uri"] = uri;
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(plain));
    }
}
