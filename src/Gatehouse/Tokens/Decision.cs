using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Users;

namespace Gatehouse.Tokens;

/// <summary>What the token endpoint should do. A decision reads; only the endpoint writes.</summary>
internal abstract record Decision
{
    /// <summary>Issue tokens for an authorization, at the price of what was presented.</summary>
    /// <param name="Grant">What was authorized, which no single token request can change.</param>
    /// <param name="Requested">The scopes of the tokens to issue now. A client may ask for less than it was granted; the grant itself never shrinks (RFC 6749 §6).</param>
    /// <param name="Resource">The resource that the access token is for; null for the app's own API.</param>
    public sealed record Issue(AuthorizedGrant Grant, Scopes Requested, string? Resource) : Decision
    {
        /// <summary>What is spent for it: a code, a refresh token. Null if the client has shown credentials only.</summary>
        public Artifact? Spends { get; init; }

        /// <summary>Set where a lost answer may be asked for again: what the receipt is sealed to.</summary>
        public ReceiptSeal? Receipt { get; init; }

        /// <summary>Whether the answer must name the scopes: they are not what the client asked for (RFC 6749 §5.1).</summary>
        public bool ScopeDiffers { get; init; }
    }

    /// <summary>Answer what was answered before: the first answer was lost, and its tokens are still unused.</summary>
    public sealed record Repeat(ReadOnlyMemory<byte> Answer) : Decision;

    /// <summary>Answer with an error and, when it means that something was stolen, end the family that it came from.</summary>
    public sealed record Refuse(OAuthError Error, Guid? EndsFamily = null) : Decision;

    public static implicit operator Decision(OAuthError error) => new Refuse(error);
}

/// <summary>What one subject authorized one client to do. It lasts as long as its family.</summary>
/// <param name="FamilyId">The family: new, or that of what was presented.</param>
/// <param name="Client">To whom.</param>
/// <param name="Subject">By whom; null where the client acts for itself (RFC 6749 §4.4).</param>
/// <param name="Scopes">What, in full.</param>
/// <param name="Resources">Where it may be used (RFC 8707); empty for the app's own API and every declared resource.</param>
/// <param name="Until">From when no refresh extends it, however often tokens rotate (SR-066).</param>
internal sealed record AuthorizedGrant(Guid FamilyId, Client Client, string? Subject, Scopes Scopes, IReadOnlyList<string> Resources, DateTimeOffset Until)
{
    /// <summary>What the app said of the user at sign-in; tokens carry it.</summary>
    public IReadOnlyList<TokenClaim> Claims { get; init; } = [];

    /// <summary>How the user proved who they are; null where they did so to the client and not to us.</summary>
    public SignIn? SignIn { get; init; }

    /// <summary>The <c>nonce</c> of the authorization request; only the first ID token carries it (OpenID Connect Core §12.2).</summary>
    public string? Nonce { get; init; }

    /// <summary>The <c>claims</c> parameter of the authorization request, as it was sent (<see cref="Protocol.ClaimsRequest"/>); null for none.</summary>
    public string? ClaimsRequest { get; init; }

    /// <summary>The <c>claims_locales</c> of the authorization request: languages, best first, with spaces between them.</summary>
    public string? ClaimsLocales { get; init; }

    /// <summary>The names that userinfo is asked for, for a token that opens it; null for none.</summary>
    public IReadOnlyList<string>? UserInfoClaims(Scopes scopes) =>
        ClaimsRequest is not null && scopes.Contains(StandardScopes.OpenId) && Protocol.ClaimsRequest.Read(ClaimsRequest).UserInfo is { Count: > 0 } asked ? [.. asked.Keys] : null;
}
