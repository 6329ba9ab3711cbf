using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Web;

/// <summary>Calls the API as the signed-in user, and gets new tokens with the refresh token.</summary>
internal sealed class Weather(HttpClient http, IOptionsMonitor<OpenIdConnectOptions> openIdConnect)
{
    public async Task<string> AskAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/weather");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.GetTokenAsync("access_token"));
        using var response = await http.SendAsync(request, context.RequestAborted);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(context.RequestAborted) : $"The API answered {(int)response.StatusCode}.";
    }

    /// <summary>Exchanges the refresh token and keeps what came back in the user's cookie.</summary>
    public async Task<string> RefreshAsync(HttpContext context)
    {
        var options = openIdConnect.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var discovered = await options.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        using var response = await options.Backchannel.PostAsync(discovered.TokenEndpoint, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = await context.GetTokenAsync("refresh_token") ?? "",
            ["client_id"] = options.ClientId!,
            ["client_secret"] = options.ClientSecret!,
            ["resource"] = options.Resource!,
        }), context.RequestAborted);
        var answer = new OpenIdConnectMessage(await response.Content.ReadAsStringAsync(context.RequestAborted));
        if (!response.IsSuccessStatusCode) return $"Not refreshed: {answer.Error}";

        var ticket = await context.AuthenticateAsync();
        ticket.Properties!.StoreTokens(
        [
            new() { Name = "access_token", Value = answer.AccessToken },
            new() { Name = "refresh_token", Value = answer.RefreshToken },
            new() { Name = "id_token", Value = answer.IdToken ?? await context.GetTokenAsync("id_token") ?? "" },
            new() { Name = "expires_at", Value = DateTimeOffset.UtcNow.AddSeconds(int.Parse(answer.ExpiresIn, CultureInfo.InvariantCulture)).ToString("o", CultureInfo.InvariantCulture) },
        ]);
        await context.SignInAsync(ticket.Principal!, ticket.Properties);
        return "Refreshed.";
    }
}
