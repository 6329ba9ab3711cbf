using Gatehouse.Keys;

namespace Gatehouse.Tests.Keys;

/// <summary>RFC 8725 §3.1: the key says which algorithm, the token does not.</summary>
public sealed class JwtReaderTests : IDisposable
{
    private const string Issuer = "https://app.example";

    private readonly KeyNode node = new(new InMemoryKeyStore());

    private KeyRing Keys => node.Keys;

    public static TheoryData<string> All => [.. Jwa.All];

    [Theory, MemberData(nameof(All))]
    public async Task What_was_signed_with_any_algorithm_is_read(string algorithm)
    {
        var ring = await Keys.GetAsync(algorithm, Ct);
        var token = await WriteAsync(ring.For(algorithm), "JWT");

        Assert.Equal(algorithm, Jwt.HeaderOf(token).GetProperty("alg").GetString());
        Assert.Equal("alice", (await JwtReader.ReadAsync(Keys, token, "JWT", Issuer, Ct))!.Value.GetProperty("sub").GetString());
        Assert.Null(await JwtReader.ReadAsync(Keys, token, "at+jwt", Issuer, Ct));
        Assert.Null(await JwtReader.ReadAsync(Keys, token, "JWT", Issuer + "/", Ct));
        Assert.Null(await JwtReader.ReadAsync(Keys, token[..^6], "JWT", Issuer, Ct));
    }

    [Theory, MemberData(nameof(All))]
    [Trait("SR", "SR-072")]
    public async Task A_key_verifies_under_no_algorithm_but_its_own(string algorithm)
    {
        var key = (await Keys.GetAsync(algorithm, Ct)).For(algorithm);
        var payload = $$"""{"iss":"{{Issuer}}"}""";

        foreach (var claimed in Jwa.All)
            Assert.Equal(claimed == algorithm, await JwtReader.ReadAsync(Keys, Jwt.Make($$"""{"alg":"{{claimed}}","kid":"{{key.Id}}","typ":"JWT"}""", payload, Sign), "JWT", Issuer, Ct) is not null);

        byte[] Sign(byte[] data)
        {
            var signature = new byte[key.SignatureLength];
            key.Sign(data, signature);
            return signature;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b.c")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("e30.e30.e30")]
    [InlineData("W10.W10.W10")]
    // Half a surrogate pair, escaped, as the typ and as the kid: JSON, and no text.
    [InlineData("eyJhbGciOiJFUzI1NiIsInR5cCI6Ilx1ZDgwMCIsImtpZCI6ImsifQ.e30.e30")]
    [InlineData("eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Ilx1ZGZmZiJ9.e30.e30")]
    public async Task What_is_no_JWT_is_nobodys(string text) => Assert.Null(await JwtReader.ReadAsync(Keys, text, "JWT", Issuer, Ct));

    [Theory]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("=")]
    [InlineData(".")]
    public async Task A_token_has_one_spelling(string more)
    {
        var token = await WriteAsync((await Keys.GetAsync(Ct)).Current, "JWT");

        Assert.NotNull(await JwtReader.ReadAsync(Keys, token, "JWT", Issuer, Ct));
        Assert.Null(await JwtReader.ReadAsync(Keys, token + more, "JWT", Issuer, Ct));
        Assert.Null(await JwtReader.ReadAsync(Keys, more + token, "JWT", Issuer, Ct));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ValueTask<string> WriteAsync(SigningKey key, string type) => JwtWriter.WriteAsync(key, type, Issuer, static (json, issuer) =>
    {
        json.WriteString("iss", issuer);
        json.WriteString("sub", "alice");
    }, Ct);

    public void Dispose() => node.Dispose();
}
