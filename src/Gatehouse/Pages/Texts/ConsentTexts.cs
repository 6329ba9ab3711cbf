namespace Gatehouse.Pages.Texts;

/// <summary>What the consent page says.</summary>
public sealed record ConsentTexts
{
    /// <summary>The document's title. Values: <c>{app}</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The question. Values: <c>{client}</c>, <c>{app}</c>.</summary>
    public required string Heading { get; init; }

    /// <summary>Who is signed in.</summary>
    public required string Account { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required string Destination { get; init; }

    /// <summary>A program on the user's device. Values: <c>{host}</c>.</summary>
    public required string ThisDevice { get; init; }

    /// <summary>Where the access can be used.</summary>
    public required string Resources { get; init; }

    /// <summary>How long.</summary>
    public required string Lasts { get; init; }

    /// <summary>How long. Values: <c>{duration}</c>.</summary>
    public required string UpTo { get; init; }

    /// <summary>Above the list of what the client could then do.</summary>
    public required string Scopes { get; init; }

    /// <summary>The advice, before either warning below.</summary>
    public required string OnlyIf { get; init; }

    /// <summary>Why, if the client is a program on the device. Values: <c>{app}</c>.</summary>
    public required string ThisDeviceWarning { get; init; }

    /// <summary>Why, if the client registered itself. Values: <c>{app}</c>, <c>{host}</c>.</summary>
    public required string UnassuredWarning { get; init; }

    /// <summary>A link to the client's page. Values: <c>{host}</c>.</summary>
    public required string Website { get; init; }

    /// <summary>A link to how the client treats data. Values: <c>{host}</c>.</summary>
    public required string Privacy { get; init; }

    /// <summary>A link to the client's terms. Values: <c>{host}</c>.</summary>
    public required string Terms { get; init; }

    /// <summary>The button that says no.</summary>
    public required string Deny { get; init; }

    /// <summary>The button that says yes.</summary>
    public required string Allow { get; init; }
}
