// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2: the question that is put to the user)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;

namespace Gatehouse.Logout;

/// <summary>
/// A logout request on its way through the browser, sealed: with a form that asks the user, or after a POST from another site, which came without the app's cookie. A client that does not want its ID token in
/// addresses and histories sends a POST, so it must not get there by us.
/// </summary>
/// <param name="Request">The parameters, as sent; they are checked anew when they come back.</param>
/// <param name="AskedAt">When, in Unix seconds.</param>
internal sealed record LogoutTicket([property: JsonPropertyName("request")] IReadOnlyList<string[]> Request, [property: JsonPropertyName("asked_at")] long AskedAt)
{
    /// <summary>The parameter, or the field, that carries it.</summary>
    public const string Field = "gatehouse_logout";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public static LogoutTicket For(Parameters request, DateTimeOffset now) => new([.. request.Pairs.Select(pair => new[] { pair.Key, pair.Value })], now.ToUnixTimeSeconds());

    public bool IsFresh(DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(AskedAt) < Lifetime;

    public Result<Parameters> Parameters() => Protocol.Parameters.From([.. Request.Select(pair => KeyValuePair.Create(pair[0], pair[1]))]);
}

[JsonSerializable(typeof(LogoutTicket))]
internal sealed partial class LogoutJson : JsonSerializerContext;
