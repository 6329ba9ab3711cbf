// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2, §4: id_token_hint and client_id)
using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Logout;

/// <summary>Looks up who is meant.</summary>
internal sealed class LogoutRequestReader(ClientCache clients, IdTokenHints hints, KeyRing keys)
{
    public async ValueTask<Result<LogoutRequest>> ReadAsync(Parameters request, string issuer, CancellationToken ct)
    {
        Client? named = null;
        if (request.Optional("client_id") is { } clientId && (named = await clients.FindAsync(clientId, ct)) is null)
            return OAuthError.InvalidRequest("client_id is unknown", $"There is no enabled client '{new Untrusted(clientId)}'. See: gatehouse clients list");
        IdTokenHint? hint = null;
        if (request.Optional("id_token_hint") is { } token)
        {
            hint = await hints.ReadAsync(token, issuer, ct);
            // Keys are forgotten when what they signed has expired, and clients keep ID tokens for longer: that is nobody's mistake, but it proves nothing, so the user is asked.
            if (hint is null && !await IsOfForgottenKeyAsync(token, ct)) return OAuthError.InvalidRequest("id_token_hint is not an ID token of this server");
        }
        return LogoutRequest.Parse(request, hint, named);
    }

    private async ValueTask<bool> IsOfForgottenKeyAsync(string token, CancellationToken ct)
    {
        var header = token.Split('.') is [var first, _, _] && Base64Url.IsValid(first) ? Base64Url.DecodeFromChars(first) : null;
        if (header is null || KidOf(header) is not { } kid) return false;
        return await keys.FindAsync(kid, ct) is null;
    }

    private static string? KidOf(byte[] header) =>
        StrictJson.ParseObject(header, maxDepth: 4) is { } root && root.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String ? kid.GetString() : null;
}
