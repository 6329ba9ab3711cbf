// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.1: what a request is held against)
using Gatehouse.Tokens;

namespace Gatehouse.Authorize;

/// <summary>What a request is held against, beside its client: all that this server knows and offers.</summary>
/// <param name="Resources">Where tokens can be used.</param>
/// <param name="Claims">Which scopes speak for which claims.</param>
/// <param name="Subjects">Whom a client means by a <c>sub</c>.</param>
/// <param name="Options">What the app's sign-in can do.</param>
/// <param name="Issuer">Who we are.</param>
internal sealed record AuthorizeRules(ResourceCatalog Resources, ScopeClaims Claims, PairwiseSubject Subjects, AuthorizeOptions Options, string Issuer);
