namespace Gatehouse.Tests.Authorize;

/// <summary>The way of a user who is signed in, with a client that does everything right.</summary>
public sealed class AuthorizeEndpointTests
{
    [Fact]
    [Trait("SR", "SR-023"), Trait("SR", "SR-024")]
    public async Task A_signed_in_user_who_allows_it_sends_the_client_a_code_that_works()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.SignInAsync();

        var consent = await browser.AuthorizeAsync(client);
        Assert.True(consent.IsConsent, consent.Body);
        var answer = await browser.PostAsync(consent.FormAction, consent.Decide("allow"));
        Assert.StartsWith("https://client.example/cb?code=gtc_", answer.Location, StringComparison.Ordinal);
        Assert.Equal(["code", "state", "iss"], answer.Answer.Keys);
        Assert.Equal(("xyz", TestProvider.Issuer), (answer.Answer["state"], answer.Answer["iss"]));

        var tokens = await client.TokenAsync(("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", "https://client.example/cb"), ("code_verifier", Browser.Verifier));
        Assert.Equal(200, tokens.Status);
        var introspected = await client.IntrospectAsync(tokens.AccessToken);
        Assert.Equal(("1", "notes.read"), (introspected.Member("sub"), introspected.Member("scope")));
    }
}
