namespace Gatehouse.Server.Web;

/// <summary>A page: what it shows, and what its form does. Made anew for each request.</summary>
internal interface IAccountPage
{
    Task<IResult> ShowAsync(HttpContext http);

    /// <summary>Only with a valid anti-forgery token.</summary>
    Task<IResult> SubmitAsync(HttpContext http, IFormCollection form);
}
