using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Notes.Accounts;

namespace Notes.Pages.Account;

public sealed class LoginModel(UserPasswords passwords) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public string? UserName { get; private set; }

    public bool Refused { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? username, string? password, CancellationToken ct)
    {
        UserName = username;
        if (await passwords.FindAsync(username ?? "", password ?? "", ct) is not { } user)
        {
            Refused = true;
            return Page();
        }
        Claim[] claims = [new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, user.Name)];
        await HttpContext.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)));
        // Only back to ourselves: this link may come from anywhere.
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");
    }
}
