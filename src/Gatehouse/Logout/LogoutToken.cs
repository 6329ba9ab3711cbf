// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.4: Logout Token)
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Tokens;

namespace Gatehouse.Logout;

/// <summary>Tells a client that a user has signed out (SR-218). It has no nonce, ever, so that it cannot pass for an ID token.</summary>
internal sealed class LogoutToken(KeyRing keys, PairwiseSubject subjects, ClientEncryption encryption)
{
    private const string Type = "logout+jwt", Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>It is made anew for every attempt, so it need not live longer than one takes.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public async ValueTask<Result<string>> WriteAsync(Client client, LogoutNotice notice, string issuer, DateTimeOffset now, CancellationToken ct)
    {
        if (subjects.Problem(client) is { } problem) return problem;
        // §2.4: signed as this client's ID tokens are, and encrypted as they are.
        var algorithm = client.IdTokenSignedResponseAlg;
        var key = (await keys.GetAsync(algorithm, ct)).For(algorithm);
        var token = await JwtWriter.WriteAsync(key, Type, (Issuer: issuer, Client: client.Id, Subject: subjects.Of(client, notice.Subject), notice.SessionId, Now: now.ToUnixTimeSeconds()), static (json, token) =>
        {
            json.WriteString("iss"u8, token.Issuer);
            json.WriteString("sub"u8, token.Subject);
            json.WriteString("aud"u8, token.Client);
            json.WriteNumber("iat"u8, token.Now);
            json.WriteNumber("exp"u8, token.Now + (long)Lifetime.TotalSeconds);
            json.WriteString("jti"u8, Guid.CreateVersion7().ToString("N"));
            if (token.SessionId is not null) json.WriteString("sid"u8, token.SessionId);
            json.WriteStartObject("events"u8);
            json.WriteStartObject(Event);
            json.WriteEndObject();
            json.WriteEndObject();
        }, ct);
        return client.IdTokenEncryptedResponseAlg is { } encrypted ? await encryption.EncryptAsync(client, token, encrypted, client.IdTokenEncryptedResponseEnc, ct) : token;
    }
}
