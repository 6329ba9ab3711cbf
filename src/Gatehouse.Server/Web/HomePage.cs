using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;

namespace Gatehouse.Server.Web;

internal sealed class HomePage(AccountPages pages, BrowserSession session) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http) => await pages.ShowAsync<Home>(http, new(), await session.FindAsync(http));

    public Task<IResult> SubmitAsync(HttpContext http, IFormCollection form) => ShowAsync(http);
}

/// <summary>By a form only (SR-215): a link that signs people out is a toy for others.</summary>
internal sealed class LogoutPage(BrowserSession session) : IAccountPage
{
    public Task<IResult> ShowAsync(HttpContext http) => Task.FromResult<IResult>(new SeeOther(Paths.Account));

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        await session.EndAsync();
        return new SeeOther("/");
    }
}
