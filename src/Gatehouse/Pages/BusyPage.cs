using System.Collections.Concurrent;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Pages;

/// <summary>What a user sees who comes when there is too much to do. Made once for each language: to render it each time would cost what it is there to save.</summary>
/// <remarks>Ours even where the app has an error page of its own, which may need what there is not enough of.</remarks>
internal sealed class BusyPage(PageRenderer pages)
{
    /// <summary>The root of the request is in the address of a stylesheet, and an app may take it from a header.</summary>
    private const int MostPages = 200;

    private readonly ConcurrentDictionary<(string Language, string? Root), HtmlPage> made = new();

    public async ValueTask<HtmlPage> ForAsync(HttpRequest request)
    {
        var key = (pages.LanguageOf(request).Language, request.PathBase.Value);
        if (made.TryGetValue(key, out var page)) return page;
        page = await pages.BusyAsync(OAuthError.TemporarilyUnavailable("too many requests"), request);
        if (made.Count < MostPages) made.TryAdd(key, page);
        return page;
    }
}
