namespace Gatehouse.Pages.Texts;

/// <summary>What the logout pages say.</summary>
public sealed record LogoutTexts
{
    /// <summary>Title and heading of the question. Values: <c>{app}</c>.</summary>
    public required string Heading { get; init; }

    /// <summary>Which client asks. Values: <c>{client}</c>.</summary>
    public required string AskedBy { get; init; }

    /// <summary>Who is signed in. Values: <c>{user}</c>.</summary>
    public required string SignedInAs { get; init; }

    /// <summary>The button that says no.</summary>
    public required string Stay { get; init; }

    /// <summary>The button that says yes.</summary>
    public required string SignOut { get; init; }

    /// <summary>Title and heading afterwards.</summary>
    public required string SignedOut { get; init; }

    /// <summary>What that means. Values: <c>{app}</c>.</summary>
    public required string SignedOutExplanation { get; init; }

    /// <summary>Heading after the user said no.</summary>
    public required string StillSignedIn { get; init; }

    /// <summary>What that means. Values: <c>{app}</c>.</summary>
    public required string StillSignedInExplanation { get; init; }

    /// <summary>A link back. Values: <c>{client}</c>.</summary>
    public required string Return { get; init; }
}
