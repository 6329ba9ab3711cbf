using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Users;

/// <summary>A user of the standalone server. The id is the subject: a UUID of version 7 unless it was declared, and never given to anybody else.</summary>
internal sealed class ServerUser : IdentityUser
{
    /// <summary>From when the user may do nothing; null if they may.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>May manage users in the browser.</summary>
    public bool IsAdministrator { get; set; }

    /// <summary>What clients may be told about them.</summary>
    public UserProfile Profile { get; set; } = new();

    /// <summary>When the user was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When something that clients may be told last changed (<c>updated_at</c>).</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
