using System.Buffers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using CsCheck;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>OpenID Connect Core §5.1, §5.3.2: the right JSON types whatever the app says, and nothing null or empty.</summary>
public sealed class ClaimJsonTests
{
    [Theory]
    [InlineData("email_verified", "True", "true"), InlineData("email_verified", "0", "false"), InlineData("email_verified", "yes", null), InlineData("email_verified", "", null)]
    [InlineData("phone_number_verified", "FALSE", "false"), InlineData("updated_at", "1700000000", "1700000000"), InlineData("updated_at", "2023-11-14T22:13:20+00:00", "1700000000")]
    [InlineData("updated_at", "never", null), InlineData("name", " ", null), InlineData("name", "7", "\"7\""), InlineData("name", "true", "\"true\""), InlineData("name#fr", "Alice", "\"Alice\"")]
    [InlineData("address", """{"formatted":"x","region":""}""", """{"formatted":"x"}"""), InlineData("address", "1 Main St", """{"formatted":"1 Main St"}"""), InlineData("address", "{}", null)]
    [InlineData("address", """{"a":1,"a":2}""", """{"formatted":"{\u0022a\u0022:1,\u0022a\u0022:2}"}"""), InlineData("birthdate", "1990", "\"1990\""), InlineData("custom", "1", "\"1\"")]
    public void A_standard_claim_has_the_type_of_the_specification(string name, string value, string? json) => Assert.Equal(json, Member(new TokenClaim(name, value)));

    [Theory]
    [InlineData(ClaimValueTypes.Boolean, "true", "true"), InlineData(ClaimValueTypes.Integer64, "-7", "-7"), InlineData(ClaimValueTypes.Double, "1.5", "1.5"), InlineData(ClaimValueTypes.Double, "NaN", "\"NaN\"")]
    [InlineData("JSON", """{"a":null,"b":[1,""]}""", """{"b":[1]}"""), InlineData("JSON", "[]", null), InlineData("JSON", "null", null), InlineData("JSON_ARRAY", "[1]", "[1]"), InlineData("JSON", "{", null)]
    [InlineData(ClaimValueTypes.Integer64, "seven", "\"seven\""), InlineData(ClaimValueTypes.DateTime, "2026-01-01", "\"2026-01-01\"")]
    public void Another_has_that_of_its_value_type(string type, string value, string? json) => Assert.Equal(json, Member(new TokenClaim("custom", value, type)));

    [Fact]
    public void Several_of_one_name_are_an_array_but_a_standard_claim_is_one_value()
    {
        Assert.Equal("""["a","b"]""", Member(new("role", "a"), new("role", ""), new("role", "b")));
        Assert.Equal("\"a\"", Member(new("email", ""), new("email", "a"), new("email", "b")));
    }

    [Fact]
    public void Nothing_is_ever_null_or_empty_and_it_is_always_json() =>
        Gen.Select(Gen.OneOf<string>("name", "email_verified", "updated_at", "address", "x"), Gen.OneOf(Gen.String, Gen.OneOf<string>("{}", "[]", "null", """{"a":{"b":[""]}}""", "[[]]", "[null]")), Gen.OneOf<string?>(null, "JSON", "JSON_ARRAY", ClaimValueTypes.Boolean))
            .Array[0, 6].Sample(claims => IsFilled(Written([.. claims.Select(claim => new TokenClaim(claim.Item1, claim.Item2, claim.Item3))]), top: true), iter: 3_000);

    private static bool IsFilled(JsonElement json, bool top = false) => json.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.String => json.GetString()!.Length > 0,
        JsonValueKind.Array => json.GetArrayLength() > 0 && json.EnumerateArray().All(item => IsFilled(item)),
        JsonValueKind.Object => (top || json.EnumerateObject().Any()) && json.EnumerateObject().All(member => IsFilled(member.Value)),
        _ => true,
    };

    private static string? Member(params TokenClaim[] claims) => Written(claims).TryGetProperty(claims[0].Type, out var member) ? member.GetRawText() : null;

    private static JsonElement Written(TokenClaim[] claims)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            ClaimJson.Write(json, claims);
            json.WriteEndObject();
        }
        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan), new() { AllowDuplicateProperties = false }).RootElement;
    }
}
