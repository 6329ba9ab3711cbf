using System.Security.Claims;
using Gatehouse.Authorize;
using Gatehouse.Keys;
using Gatehouse.Users;

namespace Gatehouse;

/// <summary>
/// How Gatehouse behaves. Binds from the configuration section that <c>AddGatehouse</c> is given (<c>Gatehouse</c> by custom) and is
/// validated at start-up: a wrong value stops the app with the option's name and the fix.
/// </summary>
public sealed partial class GatehouseOptions
{
    /// <summary>
    /// Who we say we are: an https URL without query, fragment or trailing slash (RFC 8414 §2), for example <c>https://app.example</c>. Never echoed from a
    /// request's Host. Required, except in the Development environment, where it is taken from the request if it is not set.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>Refuse plain http at every Gatehouse endpoint (RFC 6749 §3.1, §3.2). Default: true, and false in the Development environment.</summary>
    public bool? RequireHttps { get; set; }

    /// <summary>The <c>aud</c> of tokens for the app's own API. Default: the issuer.</summary>
    public string? Audience { get; set; }

    /// <summary>Resources that live elsewhere and get their own tokens when a client names them with <c>resource</c> (RFC 8707).</summary>
    public IList<ResourceOptions> Resources { get; } = [];

    /// <summary>What the consent page says of a scope: name to description. A scope without one is shown by its name.</summary>
    public IDictionary<string, string> Scopes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Lifetime of reference access tokens. Default 60 minutes, as in the seed; they are revocable at once. At most 24 hours.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Lifetime of JWT access tokens. Default 10 minutes: they cannot be called back. At most 24 hours. A resource may set its own.</summary>
    public TimeSpan JwtAccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Lifetime of authorization codes. Default 60 seconds; at most 10 minutes (RFC 6749 §4.1.2).</summary>
    public TimeSpan AuthorizationCodeLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>From the sign-in until the user must sign in again, however often tokens are refreshed. Default 30 days. Rotation never extends it.</summary>
    public TimeSpan RefreshTokenAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a refresh token may lie unused. Default 14 days; capped by the absolute lifetime.</summary>
    public TimeSpan RefreshTokenIdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How long a client whose answer got lost may ask again with the same refresh token and get the same answer. Default 60 seconds: longer than the
    /// request timeouts of the usual mobile and browser stacks (10 to 60 s), so a client that timed out and retries is still in time. It ends
    /// earlier, as soon as the new token is used. Zero is strict: any second use ends the family. At most 10 minutes.
    /// </summary>
    public TimeSpan RefreshTokenRetryWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Keep reference tokens that were checked in memory, so that an API call costs no look-up while its token is known. Default false: always ask, and a revoked token is refused by every node at once.
    /// True: see <see cref="AccessTokenCacheLifetime"/>.
    /// </summary>
    public bool CacheAccessTokens { get; set; }

    /// <summary>
    /// While <see cref="CacheAccessTokens"/> is on: how long a checked reference token is trusted without asking the store again. Default 5 seconds, at most 60. A revocation on this node takes effect at once, one on
    /// another node usually within milliseconds, and never later than this, whatever is down.
    /// </summary>
    public TimeSpan AccessTokenCacheLifetime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The claim of the app's own signed-in user that holds the subject. Default <see cref="ClaimTypes.NameIdentifier"/>; <c>sub</c> is tried next.</summary>
    public string SubjectClaimType { get; set; } = ClaimTypes.NameIdentifier;

    /// <summary>The app's own sign-in scheme, which users are sent to. Default: the app's default challenge scheme, else its first cookie scheme.</summary>
    public string? UserScheme { get; set; }

    /// <summary>
    /// Make <c>[Authorize]</c> and <c>RequireAuthorization()</c> accept bearer tokens beside the app's cookie, without naming a scheme. Default true.
    /// False leaves the app's default schemes alone; then name <c>Gatehouse</c> or <c>GatehouseOrCookie</c> where you want them.
    /// </summary>
    public bool UseAsDefaultScheme { get; set; } = true;

    /// <summary>Where the endpoints are.</summary>
    public EndpointPaths Paths { get; } = new();

    /// <summary>What the authorization endpoint offers beside the usual.</summary>
    public AuthorizeOptions Authorize { get; } = new();

    /// <summary>How signing keys live and are kept.</summary>
    public KeyOptions Keys { get; } = new();

    /// <summary>Failed sign-ins and client authentications: how many, and what then.</summary>
    public ThrottlingOptions Throttling { get; } = new();

    /// <summary>How much is done at once.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>The package's login page.</summary>
    public LoginOptions Login { get; } = new();

    /// <summary>How Gatehouse's own pages look, or which components replace them.</summary>
    public PageOptions Pages { get; } = new();

    /// <summary>Clients that register themselves. Off by default.</summary>
    public Registration.RegistrationOptions Registration { get; } = new();

    /// <summary>How URLs that clients registered are fetched.</summary>
    public Fetch.FetchOptions Fetch { get; } = new();

    /// <summary>Sessions of the app's own sign-in: how long they last.</summary>
    public Sessions.SessionOptions Sessions { get; } = new();

    /// <summary>What happens when users sign out.</summary>
    public Logout.LogoutOptions Logout { get; } = new();

    /// <summary>The audit trail.</summary>
    public Audit.AuditOptions Audit { get; } = new();

    /// <summary>The background clean-up.</summary>
    public SweeperOptions Sweeper { get; } = new();

    /// <summary>What clients of pyramid_oauth2_provider do beside the specifications is accepted. Off unless <see cref="UsePyramidCompatibility"/> is called or <c>PyramidCompatibility</c> is set.</summary>
    public bool PyramidCompatibility { get; set; }

    /// <summary>
    /// Accepts what the seed's undocumented code also did: <c>grant_type=refresh</c>, <c>user_id</c> required on refresh, and bearer tokens sent base64-encoded.
    /// For an app that moves from Pyramid with its clients in the field.
    /// </summary>
    public void UsePyramidCompatibility() => PyramidCompatibility = true;
}

/// <summary>A resource that lives elsewhere (RFC 8707).</summary>
public sealed class ResourceOptions
{
    /// <summary>The resource indicator, an absolute URI without fragment; also the <c>aud</c> of its tokens.</summary>
    public string Identifier { get; set; } = "";

    /// <summary><c>jwt</c> (default): <c>at+jwt</c>, checked with our JWKS. <c>reference</c>: checked by introspection, revocable at once.</summary>
    public string AccessTokenFormat { get; set; } = "jwt";

    /// <summary>The scopes that mean something there. Empty (default): all. Tokens for it carry no other.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// Claims of the user that its tokens carry, as the app's <see cref="Users.IClaimsSource"/> knows them. Empty (default): none. They are as old as the token, and whoever holds a JWT can read them.
    /// </summary>
    public IList<string> Claims { get; } = [];

    /// <summary>Lifetime of its tokens. Default: the lifetime of their format. At most 24 hours.</summary>
    public TimeSpan? AccessTokenLifetime { get; set; }
}

/// <summary>Paths below the app's root.</summary>
public sealed class EndpointPaths
{
    /// <summary>Default <c>/oauth2/token</c>.</summary>
    public string Token { get; set; } = "/oauth2/token";

    /// <summary>Default <c>/oauth2/authorize</c>.</summary>
    public string Authorize { get; set; } = "/oauth2/authorize";

    /// <summary>The package's login page, if the app has none of its own. Default <c>/oauth2/login</c>.</summary>
    public string Login { get; set; } = "/oauth2/login";

    /// <summary>Where clients send users to sign out. Default <c>/oauth2/logout</c>.</summary>
    public string Logout { get; set; } = "/oauth2/logout";

    /// <summary>Where users see what they have allowed, and take it back. Default <c>/oauth2/apps</c>.</summary>
    public string Apps { get; set; } = "/oauth2/apps";

    /// <summary>Default <c>/oauth2/revoke</c>.</summary>
    public string Revocation { get; set; } = "/oauth2/revoke";

    /// <summary>Default <c>/oauth2/introspect</c>.</summary>
    public string Introspection { get; set; } = "/oauth2/introspect";

    /// <summary>Default <c>/oauth2/userinfo</c>.</summary>
    public string UserInfo { get; set; } = "/oauth2/userinfo";

    /// <summary>Default <c>/oauth2/register</c>; a client's own record is below it.</summary>
    public string Registration { get; set; } = "/oauth2/register";

    /// <summary>Default <c>/oauth2/jwks</c>.</summary>
    public string Jwks { get; set; } = "/oauth2/jwks";
}

/// <summary>Failed attempts are free up to a number, then each one doubles the wait. Zero free attempts switches a counter off.</summary>
public sealed class ThrottlingOptions
{
    /// <summary>Wrong passwords for one user name before it has to wait. Default 5.</summary>
    public int FreeAttemptsPerUser { get; set; } = 5;

    /// <summary>Wrong credentials for one client from one address before that address has to wait. Default 20. Other addresses are not held up, so nobody can lock a client out from afar.</summary>
    public int FreeAttemptsPerClient { get; set; } = 20;

    /// <summary>Failures from one address, whoever it claims to be, before it has to wait. Default 100.</summary>
    public int FreeAttemptsPerAddress { get; set; } = 100;

    /// <summary>The first wait; each further failure doubles it. Default 1 second.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait. Default 15 minutes.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Failures are forgotten after this long without another. Default 24 hours.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>Removes what has expired.</summary>
public sealed class SweeperOptions
{
    /// <summary>Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often a run begins; one that takes longer is followed at once by the next. Default 60 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The most rows per statement. Default 1000; a run repeats until nothing is left, with fewer rows at once and longer pauses while the database answers slowly.</summary>
    public int BatchSize { get; set; } = 1000;

    /// <summary>How long something is kept after it expired, so that a late question still gets the right answer. Default 5 minutes.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(5);
}
