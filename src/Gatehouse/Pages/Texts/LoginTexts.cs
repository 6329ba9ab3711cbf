namespace Gatehouse.Pages.Texts;

/// <summary>What the login page says.</summary>
public sealed record LoginTexts
{
    /// <summary>Title and heading. Values: <c>{app}</c>.</summary>
    public required string Heading { get; init; }

    /// <summary>For which client the user signs in. Values: <c>{client}</c>.</summary>
    public required string ToContinue { get; init; }

    /// <summary>To a user who is signed in and must prove it again. Values: <c>{user}</c>.</summary>
    public required string SignInAgain { get; init; }

    /// <summary>The label of the first field; say "E-mail" here if that is what your users sign in with.</summary>
    public required string UserName { get; init; }

    /// <summary>The label of the second field.</summary>
    public required string Password { get; init; }

    /// <summary>The button.</summary>
    public required string Submit { get; init; }

    /// <summary>The same for a user who does not exist, a wrong password and a user who may not sign in.</summary>
    public required string Failed { get; init; }

    /// <summary>After too many failures. Values: <c>{duration}</c>.</summary>
    public required string Wait { get; init; }

    /// <summary>The page was open too long, or belongs to another browser.</summary>
    public required string Expired { get; init; }

    /// <summary>A link, if the app has such a page.</summary>
    public required string ForgotPassword { get; init; }

    /// <summary>A link, if the app has such a page.</summary>
    public required string CreateAccount { get; init; }
}
