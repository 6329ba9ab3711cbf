// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: members that are URLs, §5)
namespace Gatehouse.Clients;

/// <summary>What a URL in client metadata may look like (SR-151). A script or data URL in a link would run in our origin.</summary>
internal static class ClientLink
{
    private const int MaxLength = 2048;

    public static bool IsHttps(string text) => Parse(text) is { } uri && uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>One that we fetch ourselves: https, or plain http to this very machine for a test rig, which the fetch then refuses unless it is allow-listed.</summary>
    public static bool IsFetchable(string text) => Parse(text) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    /// <summary>Null for anything that two parsers could read in two ways.</summary>
    public static Uri? Parse(string text) =>
        text.Length <= MaxLength && text.All(c => c is > ' ' and <= '~' and not ('"' or '\'' or '<' or '>' or '\\'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Host.Length > 0 ? uri : null;
}
