// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.3, §6: as a client plays it; RFC 7009 for the end)
using System.Net.Http.Headers;
using System.Text;

namespace Gatehouse.Cli.Doctor;

/// <summary>A client with the credentials that it plays with.</summary>
internal sealed record Player(string ClientId, string? ClientSecret, string UserName, string Password, string? Scope)
{
    /// <summary>Names nothing secret.</summary>
    public override string ToString() => ClientId;
}

/// <summary>Signs in, refreshes, calls the API and signs out, as a client does. Stops at the first failure. With several nodes each request goes to the next one: what one began, another goes on with.</summary>
internal sealed class RoundTrip(IReadOnlyList<ServerProbe> nodes, Player player, string? api)
{
    private readonly ServerProbe server = nodes[0];
    private readonly List<Check> checks = [];
    private int next;

    /// <param name="patience">How long a client that was only just made may be unknown to the server.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task<IReadOnlyList<Check>> RunAsync(TimeSpan patience, CancellationToken ct)
    {
        if (server.Endpoint("token_endpoint") is not { } endpoint) return checks;
        if (await SignInAsync(endpoint, patience, ct) is not { } signedIn || await RefreshAsync(endpoint, signedIn, ct) is not { } refreshed) return checks;
        if (api is not null) await CallAsync(refreshed, ct);
        await SignOutAsync(endpoint, refreshed, ct);
        return checks;
    }

    private async Task<Answer?> SignInAsync(string endpoint, TimeSpan patience, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", "password"), new("username", player.UserName), new("password", player.Password)];
        if (player.Scope is not null) form.Add(new("scope", player.Scope));
        var answer = await PostAsync(endpoint, form, ct);
        for (var waited = TimeSpan.Zero; answer.Text("error") == "invalid_client" && waited < patience; waited += TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
            answer = await PostAsync(endpoint, form, ct);
        }
        return Judge("sign-in", answer, Fix(answer));
    }

    private async Task<Answer?> RefreshAsync(string endpoint, Answer signedIn, CancellationToken ct)
    {
        if (signedIn.Text("refresh_token") is not { } token)
        {
            checks.Add(Check.Fail("refresh", "the sign-in gave no refresh_token", $"Add the grant: `gatehouse clients update {player.ClientId} --grant password --grant refresh_token`."));
            return null;
        }
        var answer = await PostAsync(endpoint, [new("grant_type", "refresh_token"), new("refresh_token", token)], ct);
        return Judge("refresh", answer, nodes.Count > 1 ? "A token of one node is not known to another: see that they use the same database. Their logs say more." : "The log of the app says why.");
    }

    private async Task CallAsync(Answer tokens, CancellationToken ct)
    {
        var status = await server.GetStatusAsync(api!, tokens.Text("access_token")!, ct);
        checks.Add(status is >= 200 and < 300
            ? Check.Ok("api", $"{api} answered {status}")
            : Check.Fail("api", $"{api} answered {status}", status == 403
                ? "The token lacks the scope that the API requires: pass --scope, and let the client have it with `gatehouse clients update ID --scope ...`."
                : "See that the API uses the scheme Gatehouse or GatehouseOrCookie, and that its audience is this app."));
    }

    private async Task SignOutAsync(string endpoint, Answer tokens, CancellationToken ct)
    {
        if (server.Endpoint("revocation_endpoint") is not { } revocation)
        {
            checks.Add(Check.Warn("sign-out", "the metadata has no revocation_endpoint", "Tokens of this round trip end by expiry."));
            return;
        }
        var token = tokens.Text("refresh_token")!;
        var answer = await PostAsync(revocation, [new("token", token), new("token_type_hint", "refresh_token")], ct);
        var after = await PostAsync(endpoint, [new("grant_type", "refresh_token"), new("refresh_token", token)], ct);
        var apiAfter = api is null ? 401 : await server.GetStatusAsync(api, tokens.Text("access_token")!, ct);
        checks.Add(answer.Status != 200 ? Check.Fail("sign-out", $"the revocation endpoint answered {answer.Problem}", "The log of the app says why.")
            : after.Text("error") != "invalid_grant" ? Check.Fail("sign-out", $"the revoked refresh token was answered with {after.Problem} instead of invalid_grant", "The log of the app says why.")
            : apiAfter is >= 200 and < 300 ? Check.Warn("sign-out", "the API still accepts the access token", "Expected for Gatehouse:AccessTokenCacheLifetime if Gatehouse:CacheAccessTokens is on, or if its tokens are JWTs.")
            : Check.Ok("sign-out", "the tokens are dead"));
    }

    private Answer? Judge(string name, Answer answer, string fix)
    {
        var good = answer.Status == 200 && answer.Text("access_token") is not null && string.Equals(answer.Text("token_type"), "bearer", StringComparison.OrdinalIgnoreCase);
        checks.Add(good ? Check.Ok(name, "200 with an access token") : Check.Fail(name, $"the token endpoint answered {answer.Problem}", fix));
        return good ? answer : null;
    }

    private Task<Answer> PostAsync(string url, List<KeyValuePair<string, string>> form, CancellationToken ct)
    {
        var node = nodes[next++ % nodes.Count];
        if (url.StartsWith(server.Server, StringComparison.Ordinal)) url = node.Server + url[server.Server.Length..];
        if (player.ClientSecret is null) return node.PostAsync(url, [.. form, new("client_id", player.ClientId)], null, ct);
        // RFC 6749 §2.3.1: each half is form-encoded before they are joined.
        var pair = $"{Encode(player.ClientId)}:{Encode(player.ClientSecret)}";
        return node.PostAsync(url, form, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair))), ct);
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private string Fix(Answer answer) => answer.Text("error") switch
    {
        "invalid_client" => $"See that --client-id and --client-secret are right and the client is enabled (`gatehouse clients show {player.ClientId}`), and registered for client_secret_basic.",
        "unauthorized_client" => $"Add the grants: `gatehouse clients update {player.ClientId} --grant password --grant refresh_token`.",
        "unsupported_grant_type" => "The app has no password grant: call AddUserAuthenticator<T>() after AddGatehouse(...).",
        "invalid_scope" => $"Let the client have the scope: `gatehouse clients update {player.ClientId} --scope ...`.",
        "invalid_grant" => "The user name or password is wrong, or the user is locked out or has to wait after failed attempts. The log of the app says which.",
        "temporarily_unavailable" => "The app cannot reach its database, or the user has to wait. The log of the app says which.",
        _ => "The log of the app says why.",
    };
}
