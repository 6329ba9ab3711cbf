namespace Gatehouse.Tests.Introspection;

/// <summary>A token has one spelling. Whatever is done to it makes another token, which nobody issued.</summary>
public sealed class AlteredTokenTests
{
    private const string Api = "https://api.example";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    [Trait("SR", "SR-200")]
    public async Task Every_changed_character_of_a_reference_token_counts()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        foreach (var altered in Changed(tokens.AccessToken).Concat(Rewritten(tokens.AccessToken)))
        {
            Assert.False(await client.IsActiveAsync(altered), altered);
            Assert.Equal(200, (await client.RevokeAsync(altered)).Status);
        }
        foreach (var altered in Changed(tokens.RefreshToken).Concat(Rewritten(tokens.RefreshToken)))
            Assert.Equal(200, (await client.RevokeAsync(altered)).Status);

        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-200")]
    public async Task Every_changed_character_of_a_JWT_counts()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));
        var client = await provider.AddClientAsync();
        var token = (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api))).AccessToken;

        // Decoders ignore the last bits of the last character, so all of its 63 neighbours are tried.
        foreach (var altered in Changed(token).Concat(Rewritten(token)).Concat(Alphabet.Where(c => c != token[^1]).Select(c => token[..^1] + c)))
            Assert.False(await client.IsActiveAsync(altered), altered);

        Assert.True(await client.IsActiveAsync(token));
    }

    private static IEnumerable<string> Changed(string token) =>
        Enumerable.Range(0, token.Length).Select(i => token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..]);

    private static IEnumerable<string> Rewritten(string token) =>
    [
        token[..^1], token[1..], token + "A", "A" + token, token + "=", token + "==", token + " ", " " + token, token + "\n", token + "\t", token + ".", token.ToUpperInvariant(), token.ToLowerInvariant(),
        token + token, "Bearer " + token, Uri.EscapeDataString(token) + "%20", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(token)), token.Replace('-', '+').Replace('_', '/') + "+",
    ];
}
