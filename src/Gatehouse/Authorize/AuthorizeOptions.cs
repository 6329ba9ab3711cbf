// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: what is left to the provider)
namespace Gatehouse.Authorize;

/// <summary>What the authorization endpoint offers beside the usual.</summary>
public sealed class AuthorizeOptions
{
    /// <summary>
    /// The page where users make an account, a path of this app. <c>prompt=create</c> goes there with <c>ReturnUrl</c>, as signing in does; the page signs the new user in. Default: none, and
    /// <c>prompt=create</c> is refused (Initiating User Registration via OpenID Connect 1.0).
    /// </summary>
    public string? CreateAccountPath { get; set; }

    /// <summary>
    /// Which <c>acr</c> values this app's sign-in can reach. A client that asks for one of them has its user sign in once more if they did not reach it. Default: none; then an <c>acr</c>
    /// that a client calls essential is met only by those who have it already.
    /// </summary>
    public IList<string> AcrValues { get; } = [];

    /// <summary>
    /// Take request objects that nobody signed (RFC 9101 §10.5), from clients that registered no <c>request_object_signing_alg</c> or <c>none</c>. Default false. They are no safer than the same
    /// parameters in the open; some certification plans send them.
    /// </summary>
    public bool AllowUnsignedRequestObjects { get; set; }

    /// <summary>
    /// Fetch request objects from the <c>request_uris</c> that a client registered. Default false: everybody who opens a link can then make this server call that URL (RFC 9101 §10.4.1).
    /// <see cref="GatehouseOptions.Fetch"/> says where it may lead.
    /// </summary>
    public bool AllowRequestUri { get; set; }
}
