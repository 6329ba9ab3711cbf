// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.3: what the sign-in is told)
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>Reads what a client wishes out of the URL that its user comes back to after signing in.</summary>
internal sealed class LoginRequestReader(ClientCache clients, Seal seal, IOptions<GatehouseOptions> options)
{
    private readonly GatehouseOptions options = options.Value;

    /// <summary>Null for a URL that is no authorization request of a client that we know: then the user signs in for the app alone.</summary>
    public async ValueTask<LoginRequest?> FindAsync(string? returnUrl, CancellationToken ct)
    {
        if (QueryOf(returnUrl) is not { } query || !FormReader.Parse(Encoding.UTF8.GetBytes(query)).Succeeded(out var parameters, out _)) return null;
        if (parameters.Optional("client_id") is not { } clientId || await clients.FindAsync(clientId, ct) is not { } client) return null;
        var isMarked = parameters.Optional(LoginMark.Parameter) is not null;
        if (parameters.Optional(SealedRequest.Parameter) is { } text
            && (seal.TryOpen(text, AuthorizeJson.Default.SealedRequest) is not { } read || !read.Parameters().Succeeded(out parameters, out _))) return null;
        if (!AuthenticationRequest.Parse(parameters, client, options.Authorize).Succeeded(out var wish, out _)) return null;
        return new()
        {
            ClientId = client.Id,
            ClientName = client.NameIn(wish.UiLocales) ?? client.Id,
            LoginHint = wish.LoginHint,
            UiLocales = wish.UiLocales,
            AcrValues = wish.AcrValues,
            Display = wish.Display,
            FormTarget = RedirectTarget.Parse(parameters, client).Succeeded(out var target, out _) ? RedirectOrigin.Of(target.Uri) : null,
            MustSignInAgain = isMarked,
            SelectAccount = wish.Prompt.SelectAccount,
            CreateAccount = wish.Prompt.Create,
        };
    }

    /// <summary>A path of this app that ends like the authorization endpoint; what is before it depends on where the app is mounted.</summary>
    private string? QueryOf(string? returnUrl)
    {
        if (returnUrl is null || !returnUrl.StartsWith('/') || returnUrl.StartsWith("//", StringComparison.Ordinal)) return null;
        var query = returnUrl.IndexOf('?');
        return query >= 0 && returnUrl.AsSpan(0, query).EndsWith(options.Paths.Authorize, StringComparison.OrdinalIgnoreCase) ? returnUrl[(query + 1)..] : null;
    }
}
