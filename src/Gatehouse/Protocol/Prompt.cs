// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: prompt)
namespace Gatehouse.Protocol;

/// <summary>What a client wants its user to be asked. OAuth clients use it too, so it works without OpenID Connect.</summary>
internal sealed class Prompt
{
    private Prompt(IReadOnlySet<string> values) =>
        (IsSilent, Login, SelectAccount, Create, Consent) =
        (values.Contains("none"), values.Contains("login"), values.Contains("select_account"), values.Contains("create"), values.Contains("consent"));

    /// <summary><c>none</c>: answer at once, with an error if that needs the user.</summary>
    public bool IsSilent { get; }

    /// <summary><c>login</c>: sign in, even if somebody is signed in.</summary>
    public bool Login { get; }

    /// <summary><c>select_account</c>: whoever picks an account signs in with it.</summary>
    public bool SelectAccount { get; }

    /// <summary><c>create</c> (Initiating User Registration via OpenID Connect 1.0): make an account, and be signed in with it.</summary>
    public bool Create { get; }

    /// <summary><c>consent</c>: ask, whatever is remembered.</summary>
    public bool Consent { get; }

    /// <summary>What <see cref="Parse"/> takes, for the metadata.</summary>
    /// <param name="create">Whether the app has a page that makes accounts.</param>
    public static IReadOnlyList<string> Supported(bool create) => create ? ["none", "login", "consent", "select_account", "create"] : ["none", "login", "consent", "select_account"];

    /// <summary>An unknown value is an error and not ignored: the client could not tell from the answer that it was.</summary>
    public static Result<Prompt> Parse(string? text, bool create)
    {
        var (values, supported) = (new HashSet<string>(StringComparer.Ordinal), Supported(create));
        foreach (var value in text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            if (!supported.Contains(value)) return OAuthError.InvalidRequest($"prompt '{value}' is not supported; it knows {string.Join(", ", supported)}");
            else values.Add(value);
        return values.Contains("none") && values.Count > 1 ? OAuthError.InvalidRequest("prompt none stands alone") : new Prompt(values);
    }
}
