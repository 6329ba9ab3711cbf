// RFC 6749 - The OAuth 2.0 Authorization Framework (§2.3.1: HTTP Basic, RFC 7617)
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;

namespace Gatehouse.ClientAuthentication;

/// <summary><c>client_secret_basic</c>: split at the first colon, then each half form-url-decoded (SR-094).</summary>
internal sealed class ClientSecretBasic : ClientAuthenticationMethod
{
    private const int MaxLength = 4096;

    public override string Name => "client_secret_basic";

    public override Result<Credentials>? Find(BackChannelRequest request)
    {
        if (request.Authorization is not { } header) return null;
        // Any other scheme is not ours to judge: a client that sends one has not authenticated.
        if (!header.StartsWith("Basic", StringComparison.OrdinalIgnoreCase) || (header.Length > 5 && header[5] != ' ')) return null;
        return Decode(header.AsSpan(5).Trim(' ')) is { } credentials ? credentials : OAuthError.InvalidClient("the Authorization header is not well-formed Basic");
    }

    public override bool Verify(Client? client, Credentials credentials, DateTimeOffset now) => ClientSecretHash.Verify(client, credentials.Secret, now);

    private static Credentials? Decode(ReadOnlySpan<char> base64)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (base64.Length > MaxLength) return null;
        if (base64.Length > 600) bytes = new byte[MaxLength];
        if (!Convert.TryFromBase64Chars(base64, bytes, out var written)) return null;
        bytes = bytes[..written];
        var colon = bytes.IndexOf((byte)':');
        if (colon <= 0) return null;
        return FormReader.Decode(bytes[..colon]) is { Length: > 0 } id && FormReader.Decode(bytes[(colon + 1)..]) is { } secret ? new(id, secret) : null;
    }
}
