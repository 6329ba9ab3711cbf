// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§3: clients that register themselves, §5)
using System.Text.Json.Serialization;

namespace Gatehouse.Clients;

/// <summary>How a client registered itself.</summary>
/// <param name="TokenId">The public half of its registration access token (RFC 7592).</param>
/// <param name="TokenHash">SHA-256 of the secret half.</param>
/// <param name="RegisteredBy">For the operator: by which initial access token, or from which address.</param>
public sealed record DynamicRegistration(string TokenId, ReadOnlyMemory<byte> TokenHash, string RegisteredBy)
{
    /// <summary>By whom: nothing that a log must not hold.</summary>
    public override string ToString() => RegisteredBy;
}

// Nobody vouches for a client that registered itself: what it says of itself is its own word.
public sealed partial record Client
{
    /// <summary>How it registered itself; null if an operator registered it.</summary>
    [JsonIgnore]
    public DynamicRegistration? Registration { get; init; }

    /// <summary>When it is removed, unless it is used before. Set when a client registers itself; null for all others, and from its first token on.</summary>
    [JsonIgnore]
    public DateTimeOffset? UnusedUntil { get; init; }

    /// <summary>True if it registered itself: its identity is not assured, and users are always asked (RFC 7591 §5, RFC 8252 §8.6).</summary>
    [JsonIgnore]
    public bool IsDynamic => Registration is not null;
}
