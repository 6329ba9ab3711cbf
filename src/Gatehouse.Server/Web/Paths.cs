namespace Gatehouse.Server.Web;

/// <summary>Where the server's own pages are.</summary>
internal static class Paths
{
    public const string Account = "/account", Login = "/account/login", Code = "/account/login/code", PasskeyLogin = "/account/login/passkey", Logout = "/account/logout",
        Password = "/account/password", Authenticator = "/account/authenticator", Passkeys = "/account/passkeys", Sessions = "/account/sessions", Script = "/account/passkey.js",
        Setup = "/setup", Users = "/admin/users";
}
