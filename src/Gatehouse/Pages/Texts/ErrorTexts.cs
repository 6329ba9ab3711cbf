namespace Gatehouse.Pages.Texts;

/// <summary>What the error page says. The error itself stays in the specification's English: it is for whoever develops the client.</summary>
public sealed record ErrorTexts
{
    /// <summary>The heading for a request that can never work.</summary>
    public required string Heading { get; init; }

    /// <summary>What that means for the user.</summary>
    public required string Explanation { get; init; }

    /// <summary>Above the error's code and description.</summary>
    public required string ForDevelopers { get; init; }

    /// <summary>The heading during an outage. Values: <c>{app}</c>.</summary>
    public required string TemporaryHeading { get; init; }

    /// <summary>What that means for the user.</summary>
    public required string TemporaryExplanation { get; init; }
}
