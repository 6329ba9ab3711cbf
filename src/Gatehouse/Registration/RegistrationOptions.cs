// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3: open and protected registration)
namespace Gatehouse.Registration;

/// <summary>Clients that register themselves. Off by default.</summary>
public sealed class RegistrationOptions
{
    /// <summary>Default false. True maps the endpoint and shows it in the metadata; clients then need an initial access token (RFC 7591 §3).</summary>
    public bool Enabled { get; set; }

    /// <summary>Initial access tokens beside those that <c>gatehouse registration create-token</c> makes: secrets of at least 32 characters, for any number of clients. For a test rig.</summary>
    public IList<string> InitialAccessTokens { get; } = [];

    /// <summary>What weakens the defence. Nothing here is on by default, and what is on is said in the log at start.</summary>
    public DangerousRegistrationOptions Dangerous { get; } = new();

    /// <summary>
    /// The scopes that a client can register. Empty (default): those of OpenID Connect (<c>openid profile email address phone offline_access</c>). A client that asks for others gets those
    /// that are in both lists; one that asks for none gets all of these.
    /// </summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>The grants that a client can register. Empty (default): <c>authorization_code</c> and <c>refresh_token</c>.</summary>
    public IList<string> GrantTypes { get; } = [];

    /// <summary>
    /// Requests from one address in an hour, before it has to wait: registrations without an initial access token, and changes. Default 20: an office behind one address can register, and nobody can
    /// register millions.
    /// </summary>
    public int MaxPerAddressAndHour { get; set; } = 20;

    /// <summary>
    /// A client that never got a token is removed after this long. Default 7 days: who registers on a Friday still signs in the week after, and what strangers leave behind is never more than a week
    /// of their quota. Between 1 hour and 365 days.
    /// </summary>
    public TimeSpan UnusedLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long secrets work. Null (default): for ever, like those of clients that the operator registers.</summary>
    public TimeSpan? SecretLifetime { get; set; }

    /// <summary>Whose software statements are believed (RFC 7591 §2.3). Empty by default: every statement is refused.</summary>
    public IList<SoftwareStatementIssuer> SoftwareStatementIssuers { get; } = [];

    internal IEnumerable<string> Problems()
    {
        if (InitialAccessTokens.Any(token => token.Length < 32))
            yield return "Gatehouse:Registration:InitialAccessTokens has one of less than 32 characters. Make it with a random generator, or use `gatehouse registration create-token`. (gatehouse explain 7012)";
        if (MaxPerAddressAndHour < 1)
            yield return $"Gatehouse:Registration:MaxPerAddressAndHour is {MaxPerAddressAndHour}. Set it to at least 1. (gatehouse explain 7005)";
        if (UnusedLifetime < TimeSpan.FromHours(1) || UnusedLifetime > TimeSpan.FromDays(365))
            yield return $"Gatehouse:Registration:UnusedLifetime is {UnusedLifetime}. Set it between 01:00:00 and 365.00:00:00. (gatehouse explain 7005)";
        if (SecretLifetime < TimeSpan.FromHours(1))
            yield return $"Gatehouse:Registration:SecretLifetime is {SecretLifetime}. Set it to at least 01:00:00, or leave it out for secrets that do not expire. (gatehouse explain 7005)";
        for (var i = 0; i < SoftwareStatementIssuers.Count; i++)
            if (SoftwareStatementIssuers[i] is { } issuer && (issuer.Issuer.Length == 0 || !Uri.TryCreate(issuer.JwksUri, UriKind.Absolute, out _)))
                yield return $"Gatehouse:Registration:SoftwareStatementIssuers:{i} needs Issuer, the iss of its statements, and JwksUri, the URL of its keys. (gatehouse explain 7017)";
    }
}

/// <summary>What opens registration further than most should.</summary>
public sealed class DangerousRegistrationOptions
{
    /// <summary>
    /// Anybody can register a client, without an initial access token. Default false. Users are then the only ones who judge a client: they are always asked, and warned. Quotas hold.
    /// </summary>
    public bool OpenToAnybody { get; set; }

    /// <summary>
    /// Confidential web clients that register themselves need no PKCE. Default false. For OpenID Connect clients from before PKCE, and for certification runs; SR-040 asks them for a <c>nonce</c> instead.
    /// </summary>
    public bool PkceOptional { get; set; }
}

/// <summary>An authority that vouches for software.</summary>
public sealed class SoftwareStatementIssuer
{
    /// <summary>The <c>iss</c> of its statements.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Where its keys are, an https URL. Fetched like any URL that is not ours.</summary>
    public string JwksUri { get; set; } = "";
}
