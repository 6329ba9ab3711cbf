// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: prompt)
namespace Gatehouse.Protocol;

/// <summary>What a client wants its user to be asked. OAuth clients use it too, so it works without OpenID Connect.</summary>
internal sealed class Prompt
{
    private Prompt(bool silent, bool login, bool consent) => (IsSilent, Login, Consent) = (silent, login, consent);

    /// <summary><c>none</c>: answer at once, with an error if that needs the user.</summary>
    public bool IsSilent { get; }

    /// <summary><c>login</c>, and <c>select_account</c>: who picks an account signs in with it.</summary>
    public bool Login { get; }

    /// <summary><c>consent</c>: ask, whatever is remembered.</summary>
    public bool Consent { get; }

    public static Result<Prompt> Parse(string? text)
    {
        var (silent, login, consent) = (false, false, false);
        foreach (var value in text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            switch (value)
            {
                case "none": silent = true; break;
                case "login" or "select_account": login = true; break;
                case "consent": consent = true; break;
                default: return OAuthError.InvalidRequest("prompt knows none, login, consent and select_account");
            }
        return silent && (login || consent) ? OAuthError.InvalidRequest("prompt none stands alone") : new Prompt(silent, login, consent);
    }
}
