// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.11: open redirection)
namespace Gatehouse.Server.Web;

/// <summary>Where a sign-in leads: only ever a path of this host (SR-009).</summary>
internal static class ReturnUrl
{
    public const string Field = "ReturnUrl";

    public static string Of(string? asked) => asked is { Length: <= 16 * 1024 } && Account.ReturnUrl.IsLocal(asked) ? asked : Paths.Account;
}
