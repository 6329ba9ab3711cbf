// RFC 6749 - The OAuth 2.0 Authorization Framework (§5.2 Error Response, §4.1.2.1)
namespace Gatehouse.Protocol;

/// <summary>
/// The protocol error to answer with. It has two audiences: <see cref="Code"/> and <see cref="Description"/> go to the
/// client; <see cref="Reason"/> goes to the operator's log and never leaves the process. Neither ever holds a secret.
/// </summary>
public sealed record OAuthError
{
    // Values from a request are echoed in descriptions, and so reach the log: one line, not the 64 KiB that a body may have.
    private const int MaxDescription = 300;

    /// <summary>Creates an error.</summary>
    /// <param name="code">The <c>error</c> value, in the specification's words.</param>
    /// <param name="description">The <c>error_description</c>. Cut at 300 characters; those that RFC 6749 §5.2 does not allow are replaced by <c>?</c>.</param>
    /// <param name="status">The HTTP status of the answer. Default 400.</param>
    public OAuthError(string code, string description, int status = 400)
    {
        Code = code;
        Description = Printable(description.Length <= MaxDescription ? description : description[..MaxDescription]);
        Status = status;
    }

    /// <summary>The <c>error</c> value.</summary>
    public string Code { get; }

    /// <summary>The <c>error_description</c>: what the developer of the client should know. Printable ASCII only (RFC 6749 §5.2).</summary>
    public string Description { get; }

    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; }

    /// <summary>What the operator should know and the client should not. Default: the description.</summary>
    public string? Reason { get; init; }

    /// <summary>When the client may try again; becomes a <c>Retry-After</c> header, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    internal static OAuthError InvalidRequest(string description, string? reason = null) => new("invalid_request", description) { Reason = reason };

    internal static OAuthError InvalidClient(string description, string? reason = null) => new("invalid_client", description, 401) { Reason = reason };

    internal static OAuthError InvalidGrant(string description, string? reason = null) => new("invalid_grant", description) { Reason = reason };

    internal static OAuthError InvalidScope(string description) => new("invalid_scope", description);

    internal static OAuthError InvalidTarget(string description) => new("invalid_target", description);

    internal static OAuthError UnauthorizedClient(string description) => new("unauthorized_client", description);

    internal static OAuthError UnsupportedGrantType(string type) => new("unsupported_grant_type", $"grant_type '{type}' is not supported");

    internal static OAuthError AccessDenied(string description) => new("access_denied", description);

    /// <summary>The server cannot answer now; nothing was issued and nothing was spent for good.</summary>
    internal static OAuthError TemporarilyUnavailable(string reason) =>
        new("temporarily_unavailable", "the server cannot answer now; try again", 503) { Reason = reason, RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>%x20-21 / %x23-5B / %x5D-7E: what RFC 6749 §5.2 allows, so that no value echoed from a request can break a header, a log line or a page.</summary>
    private static string Printable(string text)
    {
        foreach (var c in text)
            if (!IsPrintable(c))
                return string.Create(text.Length, text, static (span, text) =>
                {
                    for (var i = 0; i < span.Length; i++) span[i] = IsPrintable(text[i]) ? text[i] : '?';
                });
        return text;
    }

    private static bool IsPrintable(char c) => c is >= '\x20' and <= '\x7E' and not '"' and not '\\';
}
