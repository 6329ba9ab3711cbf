using System.Text;
using CsCheck;
using Gatehouse.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Http;

/// <summary>RFC 6749 Appendix B: a form arrives as it was sent, or not at all.</summary>
public sealed class FormReaderTests
{
    private static readonly Gen<string> Texts = Gen.Char.Where(c => c != '\0' && !char.IsSurrogate(c)).Array[1, 12].Select(chars => new string(chars));

    [Fact]
    [Trait("SR", "SR-222")]
    public void Whatever_is_encoded_is_decoded_to_the_same() =>
        Gen.Select(Texts, Texts).Array[0, 10].Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToArray()).Sample(pairs =>
        {
            var body = string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Item1)}={Uri.EscapeDataString(pair.Item2).Replace("%20", "+", StringComparison.Ordinal)}"));

            Assert.True(FormReader.Parse(Encoding.ASCII.GetBytes(body)).Succeeded(out var form, out _));
            Assert.Equal(pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)), form.Pairs);
        }, iter: 500);

    [Fact]
    public void Noise_is_a_form_or_an_error_and_never_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(body =>
        {
            if (FormReader.Parse(body).Succeeded(out var form, out var error))
                Assert.All(form.Pairs, pair => Assert.False(pair.Value.Contains('\0', StringComparison.Ordinal) || pair.Value.Length == 0));
            else Assert.Equal(("invalid_request", 400), (error.Code, error.Status));
        }, iter: 2_000);

    [Theory]
    [InlineData("a=%c3%28"), InlineData("a=%c0%af"), InlineData("a=%ed%a0%80"), InlineData("a=%f8%88%80%80%80"), InlineData("a=%00"), InlineData("%00=a"), InlineData("a=%"), InlineData("a=%1"), InlineData("a=%g1"), InlineData("a=%1g"), InlineData("a=% 1")]
    public void What_is_not_UTF_8_or_not_an_escape_is_refused(string body) => Assert.False(FormReader.Parse(Encoding.ASCII.GetBytes(body)).Succeeded(out _, out _));

    [Theory, InlineData(65_536, 200), InlineData(65_537, 400), InlineData(10_000_000, 400)]
    public async Task A_body_without_a_length_is_read_to_its_limit_and_no_further(int length, int status)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        const string form = "grant_type=client_credentials&x=";
        var content = new StreamContent(new EndlessStream(Encoding.ASCII.GetBytes(form + new string('x', length - form.Length))));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");

        Assert.Equal(status, (int)(await provider.PostRawAsync("/oauth2/token", client.Basic, content)).StatusCode);
        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    [Fact]
    public async Task An_app_that_read_the_form_first_changes_nothing()
    {
        await using var provider = await TestProvider.StartAsync(map: app => app.Use(async (http, next) =>
        {
            await http.Request.ReadFormAsync();
            await next(http);
        }));
        var client = await provider.AddClientAsync();

        Assert.Equal(200, (await client.PasswordAsync()).Status);
        (await client.PasswordAsync(("username", "alice"))).IsRefused(400, "invalid_request");
        var broken = new ByteArrayContent(Encoding.Latin1.GetBytes("grant_type=password&username=alice&password=wonderland\u00FF"));
        broken.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        (await Answer.OfAsync(await provider.PostRawAsync("/oauth2/token", client.Basic, broken))).IsRefused(400, "invalid_request");
    }

    /// <summary>Has no length, as a chunked body has none.</summary>
    private sealed class EndlessStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
