// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.2.1: public clients name themselves)
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;

namespace Gatehouse.ClientAuthentication;

/// <summary><c>none</c>: a public client has nothing to prove; it only says who it is.</summary>
internal sealed class NoAuthentication : ClientAuthenticationMethod
{
    public override string Name => "none";

    /// <summary>A lone <c>client_id</c>. Beside another mechanism it only repeats who is meant, which <see cref="ClientAuthenticator"/> checks.</summary>
    public override Result<Credentials>? Find(BackChannelRequest request)
    {
        if (request.Authorization is not null || request.Form.Optional("client_secret") is not null) return null;
        if (request.Form.Optional("client_id") is not { } id) return null;
        return new Credentials(id, null);
    }

    public override bool Verify(Client? client, Credentials credentials, DateTimeOffset now) => client is not null;
}
