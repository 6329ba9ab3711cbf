// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.3 Access Token Scope)
namespace Gatehouse.Protocol;

/// <summary>A set of scope tokens, each valid by RFC 6749 §3.3, in the order first named. Compared by ordinal, case-sensitively.</summary>
internal sealed class Scopes
{
    private readonly string[] tokens;
    private readonly string text;

    private Scopes(string[] tokens, string text) => (this.tokens, this.text) = (tokens, text);

    public static Scopes None { get; } = new([], "");

    public IReadOnlyList<string> Tokens => tokens;

    public bool IsEmpty => tokens.Length == 0;

    public static Result<Scopes> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return None;
        foreach (var c in text)
            if (c is not (>= '\x20' and <= '\x7E') or '"' or '\\')
                return OAuthError.InvalidScope("scope contains a character outside RFC 6749 section 3.3");
        return Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>From what <see cref="ToString"/> wrote, wherever it was kept: valid and without repetitions, so it need not be checked again.</summary>
    public static Scopes Read(string text) => text.Length == 0 ? None : new(text.Split(' '), text);

    /// <summary>From tokens that are known to be valid: stored ones, or a subset of parsed ones.</summary>
    public static Scopes Of(IEnumerable<string> tokens)
    {
        string[] distinct = [.. tokens.Distinct(StringComparer.Ordinal)];
        return new(distinct, string.Join(' ', distinct));
    }

    public bool Contains(string token) => Array.IndexOf(tokens, token) >= 0;

    public bool Contains(Scopes other)
    {
        foreach (var token in other.tokens)
            if (!Contains(token))
                return false;
        return true;
    }

    public Scopes Except(Scopes other) => Those(token => !other.Contains(token));

    public Scopes Intersect(Scopes other) => Those(other.Contains);

    public Scopes Union(Scopes other) => Of([.. tokens, .. other.tokens]);

    public bool SetEquals(Scopes other) => tokens.Length == other.tokens.Length && Contains(other);

    public override string ToString() => text;

    /// <summary>Of a set without repetitions, so there are none to look for; often it is all of them.</summary>
    private Scopes Those(Predicate<string> areMeant)
    {
        var those = Array.FindAll(tokens, areMeant);
        return those.Length == tokens.Length ? this : new(those, string.Join(' ', those));
    }
}
