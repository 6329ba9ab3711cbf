namespace Gatehouse.Pages.Texts;

/// <summary>What the page of connected apps says.</summary>
public sealed record AppsTexts
{
    /// <summary>Title and heading.</summary>
    public required string Heading { get; init; }

    /// <summary>What the list is. Values: <c>{app}</c>.</summary>
    public required string Explanation { get; init; }

    /// <summary>Who is signed in. Values: <c>{user}</c>.</summary>
    public required string SignedInAs { get; init; }

    /// <summary>Instead of an empty list. Values: <c>{app}</c>.</summary>
    public required string None { get; init; }

    /// <summary>Above what an app may do.</summary>
    public required string Scopes { get; init; }

    /// <summary>When access was first given. Values: <c>{date}</c>.</summary>
    public required string Since { get; init; }

    /// <summary>When it was last used. Values: <c>{date}</c>.</summary>
    public required string LastUsed { get; init; }

    /// <summary>A link that starts the app. Values: <c>{client}</c>.</summary>
    public required string Open { get; init; }

    /// <summary>The button that ends an app's access.</summary>
    public required string Revoke { get; init; }

    /// <summary>After that. Values: <c>{client}</c>.</summary>
    public required string Revoked { get; init; }

    /// <summary>A link to the apps that did not fit on the page.</summary>
    public required string More { get; init; }

    /// <summary>Above the sign-ins. Values: <c>{app}</c>.</summary>
    public required string Sessions { get; init; }

    /// <summary>The sign-in of the browser that shows the page.</summary>
    public required string ThisBrowser { get; init; }

    /// <summary>Any other one.</summary>
    public required string OtherBrowser { get; init; }

    /// <summary>When somebody signed in. Values: <c>{date}</c>.</summary>
    public required string SignedInOn { get; init; }

    /// <summary>The button that ends one sign-in.</summary>
    public required string SignOutThere { get; init; }

    /// <summary>The button that ends all of them.</summary>
    public required string SignOutEverywhere { get; init; }

    /// <summary>After a sign-in was ended.</summary>
    public required string SignedOutThere { get; init; }

    /// <summary>The page was open too long, or belongs to another browser.</summary>
    public required string Expired { get; init; }
}
