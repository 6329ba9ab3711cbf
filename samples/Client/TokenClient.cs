using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;

namespace NotesClient;

/// <summary>What the token endpoint answers (RFC 6749 §5.1).</summary>
internal sealed record Tokens(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string RefreshToken,
    [property: JsonPropertyName("user_id")] long UserId);

/// <summary>Or how it refuses (§5.2).</summary>
internal sealed record TokenError([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string? Description);

/// <summary>Gets tokens. The password is sent once and then forgotten; from there on the refresh token stands for the user.</summary>
internal sealed class TokenClient(HttpClient http, string clientId, string clientSecret)
{
    public Task<Tokens> SignInAsync(string userName, string password) =>
        PostAsync(("grant_type", "password"), ("username", userName), ("password", password));

    /// <summary>The answer holds a new refresh token too: keep that one, the old one is spent.</summary>
    public Task<Tokens> RefreshAsync(Tokens tokens) =>
        PostAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken));

    private async Task<Tokens> PostAsync(params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "oauth2/token");
        // §2.3.1: both halves are form-encoded first, so that a colon in one cannot be taken for the one between them.
        var credentials = Uri.EscapeDataString(clientId) + ":" + Uri.EscapeDataString(clientSecret);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        request.Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

        using var response = await http.SendAsync(request);
        if (response.IsSuccessStatusCode) return (await response.Content.ReadFromJsonAsync<Tokens>())!;
        if (response.Content.Headers.ContentType?.MediaType != "application/json") response.EnsureSuccessStatusCode();
        var error = await response.Content.ReadFromJsonAsync<TokenError>();
        throw new HttpRequestException($"{error?.Error}: {error?.Description}", null, response.StatusCode);
    }
}
