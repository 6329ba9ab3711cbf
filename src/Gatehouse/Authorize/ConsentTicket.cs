// RFC 6749 - The OAuth 2.0 Authorization Framework (§10.12: cross-site request forgery; a request fixed while its user decides)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>
/// What a consent page was shown for. It travels sealed in a hidden field, so neither the browser nor another tab can change what the user says yes to (SR-033), and
/// no server keeps state for pages that nobody answers.
/// </summary>
/// <param name="Subject">For whom it was shown. Nobody else's yes counts.</param>
/// <param name="Request">The request's parameters, as sent; parsed anew when the answer comes, so a client that was disabled meanwhile gets nothing.</param>
/// <param name="Shown">What the page said, so that a registration that changed meanwhile cannot turn a yes into more.</param>
/// <param name="AskedAt">When, in Unix seconds.</param>
internal sealed record ConsentTicket(
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("request")] IReadOnlyList<string[]> Request,
    [property: JsonPropertyName("shown")] string Shown,
    [property: JsonPropertyName("asked_at")] long AskedAt)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static ConsentTicket For(AuthorizeRequest request, Parameters parameters, string subject, DateTimeOffset now) =>
        new(subject, [.. parameters.Pairs.Select(pair => new[] { pair.Key, pair.Value })], Summary(request), now.ToUnixTimeSeconds());

    public bool IsFresh(DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(AskedAt) < Lifetime;

    public bool Shows(AuthorizeRequest request) => Shown == Summary(request);

    public Result<Parameters> Parameters() => Protocol.Parameters.From([.. Request.Select(pair => KeyValuePair.Create(pair[0], pair[1]))]);

    private static string Summary(AuthorizeRequest request) =>
        string.Join('\n', [request.Target.Uri, request.Client.Name ?? "", request.Scopes.ToString(), .. request.Resources]);
}
