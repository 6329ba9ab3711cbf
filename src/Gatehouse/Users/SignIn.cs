// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§2: auth_time, acr, amr)
using System.Text.Json.Serialization;

namespace Gatehouse.Users;

/// <summary>When and how a user proved who they are. Codes and refresh tokens keep it, so that every ID token of one grant says the same.</summary>
/// <param name="At">The <c>auth_time</c>, in Unix seconds; null if the app does not say.</param>
/// <param name="SessionId">The <c>sid</c>; null if the sign-in has no session that could be ended.</param>
/// <param name="Acr">How strongly, in the app's words.</param>
/// <param name="Amr">By which means (RFC 8176).</param>
internal sealed record SignIn(
    [property: JsonPropertyName("auth_time")] long? At,
    [property: JsonPropertyName("sid")] string? SessionId = null,
    [property: JsonPropertyName("acr")] string? Acr = null,
    [property: JsonPropertyName("amr")] IReadOnlyList<string>? Amr = null);
