// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: ui_locales)
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>
/// In which languages a client says that its user reads. Every page of a request speaks so, the error page included, wherever in the request it becomes necessary; so it stays with the
/// request instead of being handed from one to the next.
/// </summary>
internal sealed record UiLocales(string Wanted)
{
    public const string Parameter = "ui_locales";

    /// <summary>The last word counts: a signed request object's over the query's.</summary>
    public static void Note(HttpContext http, Parameters request)
    {
        if (request.Optional(Parameter) is { } wanted) Note(http, wanted);
    }

    public static void Note(HttpContext http, string wanted) => http.Features.Set(new UiLocales(wanted));

    public static string? Of(HttpContext http) => http.Features.Get<UiLocales>()?.Wanted;
}
