// RFC 6749 - The OAuth 2.0 Authorization Framework (§2.3 Client Authentication)
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;

namespace Gatehouse.ClientAuthentication;

/// <summary>One way for a client to say who it is. Registered once; metadata and client validation read <see cref="Name"/>.</summary>
internal abstract class ClientAuthenticationMethod
{
    /// <summary>The <c>token_endpoint_auth_method</c> value.</summary>
    public abstract string Name { get; }

    /// <summary>What this request presents by this mechanism: null if nothing, an error if it tries to and is malformed.</summary>
    public abstract Result<Credentials>? Find(BackChannelRequest request);

    /// <summary>Whether the credentials are this client's. For a client that does not exist, do the same work and say false (SR-105).</summary>
    public abstract bool Verify(Client? client, Credentials credentials, DateTimeOffset now);
}

/// <summary>Who the client says it is, and what it shows for it.</summary>
internal sealed record Credentials(string ClientId, string? Secret)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => ClientId;
}
