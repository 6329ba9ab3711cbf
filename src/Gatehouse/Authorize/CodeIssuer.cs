// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.2 Authorization Response)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>An authorization that is stored nowhere yet: its family, and the code that it begins with.</summary>
internal sealed record IssuedCode(string Code, Family Family, Artifact Artifact);

/// <summary>Turns a user's yes into a code. CPU only; the endpoint stores it.</summary>
internal sealed partial class CodeIssuer(IReplayGuard seen, TokenIssuer tokens, UserClaims claims, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<CodeIssuer> log)
{
    private static readonly TimeSpan RepeatsAreNoticedFor = TimeSpan.FromHours(24);

    private readonly TimeSpan lifetime = options.Value.AuthorizationCodeLifetime;

    public IssuedCode Issue(AuthorizeRequest request, SignedInUser user)
    {
        var now = clock.GetUtcNow();
        var grant = new AuthorizedGrant(Guid.CreateVersion7(now), request.Client, user.Subject, request.Scopes, request.Resources, tokens.UntilFromNow()) { SignIn = user.SignIn };
        var handle = Handle.New(AuthorizationCode.Prefix);
        var family = tokens.Start(grant);
        Issued(log, request.Client.Id, user.Subject, request.Scopes.ToString(), handle.Id);
        return new(handle.Reveal(),
            // Its end is counted from the redemption, which may come as late as the code allows.
            family with { ExpiresAt = family.ExpiresAt + lifetime },
            AuthorizationCode.Write(handle, grant.FamilyId, request, user, claims.AtSignIn(request.Client, user.Claims, request.Scopes, request.Claims), grant.Until, now + lifetime));
    }

    /// <summary>SR-049: a client that makes up one challenge for all its requests has no PKCE. Its users are not to blame, so it is told to the operator and not refused.</summary>
    public async ValueTask NoticeRepeatsAsync(AuthorizeRequest request, CancellationToken ct)
    {
        try
        {
            if (request.Challenge is { } challenge && !await IsNewAsync("code_challenge", challenge.ToString(), request.Client, ct)) Repeated(log, request.Client.Id, "code_challenge");
            if (request.Nonce is { } nonce && !await IsNewAsync("nonce", nonce, request.Client, ct)) Repeated(log, request.Client.Id, "nonce");
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // What only notices must not keep anybody out. That the guard is away is told by what refuses without it, or by the guard itself.
        }
    }

    private ValueTask<bool> IsNewAsync(string parameter, string value, Client client, CancellationToken ct)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{client.Id}\n{value}"));
        return seen.TryRememberAsync($"{parameter}:{Convert.ToHexStringLower(hash)}", clock.GetUtcNow() + RepeatsAreNoticedFor, ct);
    }

    [LoggerMessage(1601, LogLevel.Information, "Code {CodeId} is issued to client '{ClientId}' for user '{Subject}' and '{Scope}'.")]
    private static partial void Issued(ILogger log, string clientId, string subject, string scope, string codeId);

    [LoggerMessage(1602, LogLevel.Warning, "Client '{ClientId}' sent a {Parameter} that it has sent before. It must make a new random one for every request; tell its developers. (Once is a user who pressed Back.)")]
    private static partial void Repeated(ILogger log, string clientId, string parameter);
}
