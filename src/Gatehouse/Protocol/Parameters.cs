// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1, §3.2: parameters)
namespace Gatehouse.Protocol;

/// <summary>
/// A request's parameters. A repeated one is refused here, once, for every endpoint; an empty one counts as absent; an unknown
/// one is ignored (RFC 6749 §3.1, §3.2).
/// </summary>
internal sealed class Parameters
{
    private readonly List<KeyValuePair<string, string>> pairs;

    private Parameters(List<KeyValuePair<string, string>> pairs) => this.pairs = pairs;

    /// <summary>The names, for logs: a name may be anything, so log it as data.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs => pairs;

    /// <summary>Takes ownership of the list. Requests have about ten parameters, so a scan is cheaper than a dictionary.</summary>
    /// <param name="pairs">Decoded, in the order sent.</param>
    /// <param name="keepRepeated">
    /// Leaves it to the caller to ask for <see cref="Repeated"/>: the authorization endpoint must know where to send an error before it may refuse (§4.1.2.1).
    /// </param>
    public static Result<Parameters> From(List<KeyValuePair<string, string>> pairs, bool keepRepeated = false)
    {
        pairs.RemoveAll(static pair => pair.Value.Length == 0);
        var parameters = new Parameters(pairs);
        return keepRepeated || parameters.Repeated is not { } error ? parameters : error;
    }

    /// <summary>The error to answer with if a parameter is repeated, else null.</summary>
    public OAuthError? Repeated
    {
        get
        {
            for (var i = 1; i < pairs.Count; i++)
                for (var j = 0; j < i; j++)
                    if (pairs[i].Key == pairs[j].Key && !MayRepeat(pairs[i].Key))
                        return OAuthError.InvalidRequest($"parameter '{pairs[i].Key}' is repeated");
            return null;
        }
    }

    public string? Optional(string name)
    {
        foreach (var pair in pairs)
            if (pair.Key == name)
                return pair.Value;
        return null;
    }

    public Result<string> Required(string name) =>
        Optional(name) is { } value ? value : OAuthError.InvalidRequest($"parameter '{name}' is missing");

    public IReadOnlyList<string> All(string name)
    {
        List<string>? values = null;
        foreach (var pair in pairs)
            if (pair.Key == name)
                (values ??= []).Add(pair.Value);
        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>RFC 8707 §2 lets a client name several resources, RFC 8693 §2.1 several audiences. Nothing else repeats.</summary>
    private static bool MayRepeat(string name) => name is "resource" or "audience";
}
