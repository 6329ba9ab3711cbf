// RFC 6749 - The OAuth 2.0 Authorization Framework (§2.3.1: credentials in the body)
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;

namespace Gatehouse.ClientAuthentication;

/// <summary><c>client_secret_post</c>.</summary>
internal sealed class ClientSecretPost : ClientAuthenticationMethod
{
    public override string Name => "client_secret_post";

    public override Result<Credentials>? Find(BackChannelRequest request)
    {
        if (request.Form.Optional("client_secret") is not { } secret) return null;
        return request.Form.Optional("client_id") is { } id ? new Credentials(id, secret) : OAuthError.InvalidRequest("parameter 'client_id' is missing");
    }

    public override bool Verify(Client? client, Credentials credentials, DateTimeOffset now) => ClientSecretHash.Verify(client, credentials.Secret, now);
}
