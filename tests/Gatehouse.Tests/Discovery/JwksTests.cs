using System.Text.Json;
using Gatehouse.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Discovery;

/// <summary>RFC 7517: public keys, and nothing but.</summary>
public sealed class JwksTests
{
    [Fact]
    [Trait("SR", "SR-242")]
    [Trait("SR", "SR-243")]
    public async Task A_key_has_its_public_members_only_and_is_named_by_its_thumbprint()
    {
        await using var provider = await TestProvider.StartAsync();

        var key = Assert.Single(await KeysAsync(provider));

        Assert.Equal(["kty", "use", "alg", "kid", "crv", "x", "y"], key.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("EC", "sig", "ES256", "P-256"), (Text(key, "kty"), Text(key, "use"), Text(key, "alg"), Text(key, "crv")));
        Assert.All(["x", "y"], coordinate => Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(Text(key, coordinate)).Length));
        Assert.Equal(Text(key, "kid"), Base64UrlEncoder.Encode(new Microsoft.IdentityModel.Tokens.JsonWebKey(key.GetRawText()).ComputeJwkThumbprint()));
    }

    [Fact]
    [Trait("SR", "SR-242")]
    public async Task Every_key_of_the_store_is_there_once()
    {
        var store = new InMemoryKeyStore();
        await using (var before = await TestProvider.StartAsync(services: services => services.AddSingleton<IKeyStore>(store))) await KeysAsync(before);

        // It cannot open the first one's key, because it does not share its Data Protection keys; what that key signed still has to verify.
        await using var after = await TestProvider.StartAsync(services: services => services.AddSingleton<IKeyStore>(store).AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider()));
        var kids = (await KeysAsync(after)).Select(key => Text(key, "kid")).ToList();

        Assert.Equal(2, kids.Count);
        Assert.Equal(kids.Distinct(), kids);
    }

    private static async Task<List<JsonElement>> KeysAsync(TestProvider provider) =>
        [.. JsonDocument.Parse(await provider.Http.GetStringAsync("/oauth2/jwks", TestContext.Current.CancellationToken)).RootElement.GetProperty("keys").EnumerateArray()];

    private static string Text(JsonElement key, string name) => key.GetProperty(name).GetString()!;
}
