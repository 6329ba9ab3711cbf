// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.11: open redirection)
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Gatehouse.Server.Web;

/// <summary>Where a sign-in leads: only ever a path of this host (SR-009).</summary>
internal sealed class ReturnUrl(ClientCache clients, IOptions<GatehouseOptions> options)
{
    public const string Field = "ReturnUrl", Account = "/account";

    public static string Of(string? asked) => asked is { Length: > 0 and <= 16 * 1024 } && RedirectHttpResult.IsLocalUrl(asked) && asked.StartsWith('/') ? asked : Account;

    /// <summary>The parameters of the authorization request that it leads back to; empty if it leads elsewhere.</summary>
    private Dictionary<string, Microsoft.Extensions.Primitives.StringValues> RequestIn(string returnUrl)
    {
        var query = returnUrl.IndexOf('?', StringComparison.Ordinal);
        return query >= 0 && returnUrl.AsSpan(0, query).EndsWith(options.Value.Paths.Authorize, StringComparison.Ordinal) ? QueryHelpers.ParseQuery(returnUrl[query..]) : [];
    }

    public string? LoginHint(string returnUrl) => RequestIn(returnUrl).TryGetValue("login_hint", out var hint) && hint is [{ Length: <= 256 } name] ? name : null;

    /// <summary>
    /// The origins that a form on the way there ends up at. Chromium holds <c>form-action</c> against every redirect that follows, and a user who needs no consent is
    /// sent straight on to the client.
    /// </summary>
    public async ValueTask<string?> FormTargetAsync(string returnUrl, CancellationToken ct)
    {
        var request = RequestIn(returnUrl);
        if (!request.TryGetValue("client_id", out var id) || id is not [{ } clientId] || await clients.FindAsync(clientId, ct) is not { } client) return null;
        // A loopback client may have named a port that it did not register.
        var asked = request.TryGetValue("redirect_uri", out var uri) && uri is [{ } one] && Uri.TryCreate(one, UriKind.Absolute, out var target) && target.IsLoopback ? one : null;
        var origins = client.RedirectUris.Append(asked).OfType<string>().Select(RedirectOrigin.Of).Where(IsSource).Distinct().ToList();
        return origins.Count == 0 ? null : string.Join(' ', origins);
    }

    /// <summary>Nothing in it may end the directive and begin another.</summary>
    private static bool IsSource(string origin) => origin.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '+');
}
