// OAuth 2.0 Multiple Response Type Encoding Practices - OAuth 2.0 Multiple Response Type Encoding Practices (§2.1: response_mode)
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>How an answer travels. <c>fragment</c> is not among the modes: it is for tokens in answers, which there are none of, and it would survive redirects.</summary>
internal static class ResponseMode
{
    public const string Query = "query", FormPost = "form_post";

    public static IReadOnlyList<string> All { get; } = [Query, FormPost];

    /// <summary>What the request says, if the client registered it (SR-027); else the mode that it did register, because an error must reach it too.</summary>
    public static string Of(Parameters request, Client client, string uri)
    {
        var wished = request.Optional("response_mode") ?? Query;
        return All.OrderByDescending(mode => mode == wished).FirstOrDefault(mode => client.ResponseModes.Contains(mode) && IsPossible(mode, uri), Query);
    }

    public static OAuthError? Check(Parameters request, RedirectTarget target) =>
        (request.Optional("response_mode") ?? Query) is var wished && wished != target.Mode
            ? OAuthError.InvalidRequest(All.Contains(wished) ? $"response_mode {wished} is not registered for this client or not possible with its redirect_uri" : "only response_mode query and form_post are supported")
            : null;

    /// <summary>A program behind a private-use scheme is handed a URI, never a form.</summary>
    private static bool IsPossible(string mode, string uri) =>
        mode == Query || uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
}
