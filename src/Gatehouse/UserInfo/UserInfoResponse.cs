// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.3.2: successful userinfo response)
using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.UserInfo;

/// <summary>What is sent: JSON, or a JWT for clients that registered to get one.</summary>
internal sealed record UserInfoAnswer(ReadOnlyMemory<byte> Body, string ContentType);

/// <summary>Writes what a token's scopes, and its client's <c>claims</c> parameter, let the client know.</summary>
internal sealed class UserInfoResponse(ScopeClaims scopes, UserClaims users, PairwiseSubject subjects, KeyRing keys, ClientEncryption encryption)
{
    public async ValueTask<Result<UserInfoAnswer>> WriteAsync(AccessToken token, string issuer, CancellationToken ct)
    {
        var client = token.Client;
        if (subjects.Problem(client) is { } problem) return problem;
        var names = scopes.NamesFor(client, token.Scopes, token.UserInfoClaims);
        var claims = await users.FindAsync(token.Subject!, client, names, token.ClaimsLocales, token.Claims, ct);
        var content = (Subject: subjects.Of(client, token.Subject!), Claims: claims, Issuer: issuer, Client: client.Id);
        if (client.UserinfoSignedResponseAlg is null && client.UserinfoEncryptedResponseAlg is null) return new UserInfoAnswer(Json(content.Subject, claims), "application/json");

        var text = client.UserinfoSignedResponseAlg is { } algorithm ? await SignAsync(algorithm, content, ct) : Encoding.UTF8.GetString(Json(content.Subject, claims).Span);
        if (client.UserinfoEncryptedResponseAlg is { } encrypted
            && !(await encryption.EncryptAsync(client, text, encrypted, client.UserinfoEncryptedResponseEnc, ct)).Succeeded(out text, out var error)) return error;
        return new UserInfoAnswer(Encoding.ASCII.GetBytes(text!), "application/jwt");
    }

    /// <summary>Addressed, so that one client's answer cannot be shown to another as its own.</summary>
    private async ValueTask<string> SignAsync(string algorithm, (string Subject, IReadOnlyList<TokenClaim> Claims, string Issuer, string Client) content, CancellationToken ct) =>
        await JwtWriter.WriteAsync((await keys.GetAsync(algorithm, ct)).For(algorithm), IdToken.Type, content, static (json, content) =>
        {
            json.WriteString("iss"u8, content.Issuer);
            json.WriteString("aud"u8, content.Client);
            json.WriteString("sub"u8, content.Subject);
            ClaimJson.Write(json, content.Claims);
        }, ct);

    private static ReadOnlyMemory<byte> Json(string subject, IReadOnlyList<TokenClaim> claims)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("sub"u8, subject);
        ClaimJson.Write(json, claims);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
