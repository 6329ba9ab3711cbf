using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Faults.Load;

/// <summary>A resource server somewhere: it checks JWTs with the keys that the nodes publish, keeps those keys, and asks again when it meets one that it does not know.</summary>
internal sealed class KeyDocument(Fleet fleet, Ledger ledger, string issuer)
{
    private static readonly JsonWebTokenHandler handler = new();
    private readonly ConcurrentDictionary<string, SecurityKey> known = new();
    private long verified;

    /// <summary>Ask every node for the keys of each token, and not only one of them when there is need.</summary>
    public bool AsksEveryNode { get; set; }

    public long Verified => Interlocked.Read(ref verified);

    public static string KidOf(string token) => handler.ReadJsonWebToken(token).Kid;

    public async Task CheckAsync(string token, Random random)
    {
        var kid = KidOf(token);
        if (AsksEveryNode)
            for (var node = 0; node < fleet.Count; node++) await LearnAsync(kid, node);
        else if (!known.ContainsKey(kid)) await LearnAsync(kid, random.Next(fleet.Count));
        if (!known.TryGetValue(kid, out var key)) return;
        var result = await handler.ValidateTokenAsync(token, new()
        {
            ValidIssuer = issuer,
            ValidAudience = Fleet.Resource,
            IssuerSigningKey = key,
            ValidTypes = ["at+jwt"],
        });
        if (result.IsValid) Interlocked.Increment(ref verified);
        else ledger.Violate($"a JWT signed with {kid} does not verify: {result.Exception?.Message}");
    }

    private async Task LearnAsync(string kid, int node)
    {
        var answer = await fleet.GetAsync(node, "/oauth2/jwks");
        // Unreachable: a resource server would ask later, and the token would wait.
        if (answer.Outcome != Outcome.Answered) return;
        var keys = new JsonWebKeySet(answer.Json.GetRawText()).Keys;
        foreach (var key in keys) known.TryAdd(key.Kid, key);
        if (keys.All(key => key.Kid != kid)) ledger.Violate($"node {node} does not publish {kid}, with which a token was signed before it was asked");
    }
}
