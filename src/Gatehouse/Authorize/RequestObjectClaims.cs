// RFC 9101 - The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR) (§4, §5, §10.8: what a request object must and must not say)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>From the claims of a request object to the parameters of a request.</summary>
internal static class RequestObjectClaims
{
    private const int MaxParameters = 100;

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60), LongestLife = TimeSpan.FromMinutes(60);

    /// <summary>What is said about the JWT and not about the request.</summary>
    private static readonly HashSet<string> OfTheJwt = ["iss", "aud", "sub", "exp", "iat", "nbf", "jti"];

    /// <param name="claims">The payload.</param>
    /// <param name="client">The client that the request outside names.</param>
    /// <param name="issuer">Who we are.</param>
    /// <param name="isSigned">An unsigned one proves nothing by saying who made it and for whom, so it need not.</param>
    /// <param name="now">The time.</param>
    public static Result<Parameters> Read(JsonElement claims, Client client, string issuer, bool isSigned, DateTimeOffset now)
    {
        if (CheckParties(claims, client, issuer, isSigned) is { } wrong) return wrong;
        if (CheckTimes(claims, now) is { } late) return late;
        foreach (var nested in (string[])["request", "request_uri"])
            if (claims.TryGetProperty(nested, out _)) return RequestObject.Invalid($"a request object must not hold {nested}");

        var pairs = new List<KeyValuePair<string, string>> { new("client_id", client.Id) };
        foreach (var member in claims.EnumerateObject().Where(member => !OfTheJwt.Contains(member.Name) && member.Name != "client_id"))
            foreach (var value in Values(member))
                pairs.Add(new(member.Name, value));
        return pairs.Count > MaxParameters ? RequestObject.Invalid($"the request object holds more than {MaxParameters} parameters") : Parameters.From(pairs);
    }

    private static OAuthError? CheckParties(JsonElement claims, Client client, string issuer, bool isSigned)
    {
        foreach (var name in (string[])["client_id", "iss"])
            if (claims.TryGetProperty(name, out var id) && !Is(id, client.Id)) return RequestObject.Invalid($"{name} of the request object is not the client_id of the request");
        // Else a client assertion, which names the client as its subject and is signed with the same key, would be a request (§10.8).
        if (claims.TryGetProperty("sub", out var subject) && Is(subject, client.Id)) return RequestObject.Invalid("sub of a request object must not be the client_id");
        if (!claims.TryGetProperty("aud", out var audience)) return isSigned ? RequestObject.Invalid("aud of the request object is missing; it must be the issuer") : null;
        if (!(Is(audience, issuer) || (audience.ValueKind is JsonValueKind.Array && audience.EnumerateArray().Any(item => Is(item, issuer))))) return RequestObject.Invalid("aud of the request object is not this issuer");
        return isSigned && !claims.TryGetProperty("client_id", out _) && !claims.TryGetProperty("iss", out _) ? RequestObject.Invalid("the request object does not say which client it is from") : null;
    }

    /// <summary><c>exp</c> may be left out: OpenID Connect Core §6.1 lets a client sign once and send it with every request. One that is there is meant.</summary>
    private static OAuthError? CheckTimes(JsonElement claims, DateTimeOffset now)
    {
        foreach (var name in (string[])["exp", "nbf"])
        {
            if (!claims.TryGetProperty(name, out var claim)) continue;
            if (claim.ValueKind is not JsonValueKind.Number || !claim.TryGetDouble(out var seconds)) return RequestObject.Invalid($"{name} of the request object must be a number");
            var left = seconds - now.ToUnixTimeSeconds();
            if (name == "nbf" && left > Skew.TotalSeconds) return RequestObject.Invalid("the request object is not valid yet");
            if (name == "exp" && left <= -Skew.TotalSeconds) return RequestObject.Invalid("the request object has expired");
            if (name == "exp" && left > (LongestLife + Skew).TotalSeconds) return RequestObject.Invalid($"exp of the request object is more than {LongestLife.TotalMinutes:0} minutes ahead");
        }
        return null;
    }

    /// <summary>A number or an object (<c>max_age</c>, <c>claims</c>) is the text that it would be outside; several resources are several parameters.</summary>
    private static IEnumerable<string> Values(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.String => [member.Value.GetString()!],
        JsonValueKind.Array when member.Name == "resource" => member.Value.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.String ? item.GetString()! : item.GetRawText()),
        _ => [member.Value.GetRawText()],
    };

    private static bool Is(JsonElement element, string value) => element.ValueKind is JsonValueKind.String && element.ValueEquals(value);
}
