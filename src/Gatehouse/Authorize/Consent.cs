// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1.1: the resource owner's decision; RFC 8252 §8.6)
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>When a user must be asked.</summary>
internal static class Consent
{
    /// <param name="request">What the client wants.</param>
    /// <param name="remembered">What this user allowed this client before, or null.</param>
    public static bool IsNeeded(AuthorizeRequest request, StoredConsent? remembered)
    {
        if (request.Prompt.Consent) return true;
        if (!request.Client.RequireConsent) return false;
        return remembered is null || !IsRememberable(request.Target) || !Of(remembered).Contains(request.Shown);
    }

    /// <summary>
    /// Only for a client that must have been itself: it authenticates, or nobody else gets what is sent to its https address. Any program on a device can listen on a
    /// loopback port or claim a private-use scheme, and nobody vouches for a client that registered itself; for those the user is the only check and is asked every time (SR-156, SR-216).
    /// </summary>
    public static bool IsRememberable(RedirectTarget target) => !target.Client.IsDynamic && (!target.Client.IsPublic || target.Uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    /// <summary>What was allowed before is still allowed; a yes to one scope is no no to another.</summary>
    public static StoredConsent Add(StoredConsent? remembered, AuthorizeRequest request, string subject, DateTimeOffset now) =>
        new(subject, request.Client.Id, (remembered is null ? request.Shown : Of(remembered).Union(request.Shown)).ToString(), now);

    private static Scopes Of(StoredConsent consent) => Scopes.Read(consent.Scope);
}
