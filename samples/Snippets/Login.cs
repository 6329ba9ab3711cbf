using Microsoft.AspNetCore.Http;

internal static class Login
{
    public static async Task<(string Title, string? UserName, bool ShowForm)> ShowAsync(HttpContext http)
    {
        var signedIn = http.User.Identity?.IsAuthenticated == true;
        #region login
        var login = await http.FindGatehouseLoginRequestAsync();    // null: nobody but the app itself wants a sign-in
        var title = login is null ? "Sign in" : $"Sign in to continue to {login.ClientName}";
        var userName = login?.LoginHint;                             // goes into the form, as text
        var showForm = !signedIn || login?.MustSignInAgain == true;  // else go straight back
        #endregion
        return (title, userName, showForm);
    }
}
