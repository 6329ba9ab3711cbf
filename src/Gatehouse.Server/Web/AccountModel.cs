using Gatehouse.Pages;

namespace Gatehouse.Server.Web;

/// <summary>What every page of the server is told.</summary>
public record AccountModel : PageModel
{
    /// <summary>The anti-forgery field that each form carries.</summary>
    public KeyValuePair<string, string> FormToken { get; init; }

    /// <summary>Who is signed in; null on the way there.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether they may manage users.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>Where to go after signing in: a path of this host.</summary>
    public string ReturnUrl { get; init; } = "/";

    /// <summary>What was wrong with what was sent. The same for everybody whom it must not tell apart.</summary>
    public string? Problem { get; init; }

    /// <summary>What was done.</summary>
    public string? Done { get; init; }
}
