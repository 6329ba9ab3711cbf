// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§5.2.2.4: what users see of what they allowed)
using Gatehouse.Authorize;
using Gatehouse.Storage;

namespace Gatehouse.Account;

/// <summary>As many of a user's apps as are shown at once: what holds tokens, and what the user will not be asked again. Pure.</summary>
/// <param name="Ids">The clients, in the ordinal order of their ids.</param>
/// <param name="Held">What those of them hold that hold anything.</param>
/// <param name="Allowed">What of it is remembered.</param>
/// <param name="HasMore">Whether there are more after the last one.</param>
internal sealed record AppsPart(IReadOnlyList<string> Ids, IReadOnlyDictionary<string, ClientAccess> Held, IReadOnlyDictionary<string, StoredConsent> Allowed, bool HasMore)
{
    /// <summary>
    /// From two lists that go on after the same id, each of one more than fits or all that there are: so whatever either of them leaves out comes after what is shown, and the next part begins where this one ends.
    /// </summary>
    public static AppsPart Of(IReadOnlyList<ClientAccess> held, IReadOnlyList<StoredConsent> allowed, int size)
    {
        string[] ids = [.. held.Select(client => client.ClientId).Concat(allowed.Select(consent => consent.ClientId)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(ids[..Math.Min(size, ids.Length)], held.ToDictionary(client => client.ClientId, StringComparer.Ordinal), allowed.ToDictionary(consent => consent.ClientId, StringComparer.Ordinal), ids.Length > size);
    }
}
