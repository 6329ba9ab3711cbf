// RFC 6749 - The OAuth 2.0 Authorization Framework (§10.12: cross-site request forgery; a request fixed while its user decides)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>
/// What a consent page was shown for. It travels sealed in a hidden field, so neither the browser nor another tab can change what the user says yes to (SR-033), and
/// no server keeps state for pages that nobody answers.
/// </summary>
/// <param name="Subject">For whom it was shown. Nobody else's yes counts.</param>
/// <param name="Request">The request's parameters, as settled; parsed anew when the answer comes, so a client that was disabled meanwhile gets nothing.</param>
/// <param name="IsObject">Whether they come from a request object.</param>
/// <param name="Mark">The sealed <see cref="LoginMark"/> that came with them.</param>
/// <param name="Shown">What the page said, so that a registration that changed meanwhile cannot turn a yes into more.</param>
/// <param name="AskedAt">When, in Unix seconds.</param>
internal sealed record ConsentTicket(
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("request")] IReadOnlyList<string[]> Request,
    [property: JsonPropertyName("object")] bool IsObject,
    [property: JsonPropertyName("mark")] string? Mark,
    [property: JsonPropertyName("shown")] string Shown,
    [property: JsonPropertyName("asked_at")] long AskedAt)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static ConsentTicket For(AuthorizeRequest request, SettledRequest settled, string subject, DateTimeOffset now) =>
        new(subject, [.. settled.Parameters.Pairs.Select(pair => new[] { pair.Key, pair.Value })], settled.IsObject, settled.Mark, Summary(request), now.ToUnixTimeSeconds());

    public bool IsFresh(DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(AskedAt) < Lifetime;

    public bool Shows(AuthorizeRequest request) => Shown == Summary(request);

    public Result<SettledRequest> Settled() =>
        Parameters.From([.. Request.Select(pair => KeyValuePair.Create(pair[0], pair[1]))]).Succeeded(out var parameters, out var error) ? new SettledRequest(parameters, IsObject, Mark) : error;

    private static string Summary(AuthorizeRequest request) =>
        string.Join('\n', [request.Target.Uri, request.Client.Name ?? "", request.Shown.ToString(), .. request.Resources]);
}
