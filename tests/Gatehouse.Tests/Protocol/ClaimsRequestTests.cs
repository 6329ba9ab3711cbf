using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

/// <summary>OpenID Connect Core §5.5: a small language, sent by strangers.</summary>
public sealed class ClaimsRequestTests
{
    [Fact]
    public void Both_places_are_read_and_what_is_not_understood_is_ignored()
    {
        var request = Parsed("""
            {"userinfo":{"given_name":{"essential":true},"nickname":null,"picture":{"essential":false,"purpose":"avatar"}},
             "id_token":{"auth_time":{"essential":true},"acr":{"values":["urn:mace:incommon:iap:silver","bronze"]},"sub":{"value":"1"}},
             "verified_claims":{"x":1}}
            """);

        Assert.Equal(["given_name", "nickname", "picture"], request.UserInfo.Keys);
        Assert.True(request.UserInfo["given_name"].Essential);
        Assert.False(request.UserInfo["nickname"].Essential || request.UserInfo["picture"].Essential);
        Assert.Equal(["urn:mace:incommon:iap:silver", "bronze"], request.IdToken["acr"].Values.Select(value => value.GetString()));
        Assert.Equal("1", Assert.Single(request.IdToken["sub"].Values).GetString());
        Assert.Empty(request.IdToken["auth_time"].Values);
    }

    [Theory]
    [InlineData(""), InlineData("x"), InlineData("[]"), InlineData("null"), InlineData("1"), InlineData("{}{}"), InlineData("{,}"), InlineData("""{"userinfo":{},}""")]
    [InlineData("""{"userinfo":[]}"""), InlineData("""{"id_token":"sub"}"""), InlineData("""{"userinfo":{"email":true}}"""), InlineData("""{"userinfo":{"email":{"essential":"true"}}}""")]
    [InlineData("""{"userinfo":{"acr":{"values":"x"}}}"""), InlineData("""{"userinfo":{"email":null,"email":{"essential":true}}}"""), InlineData("""{"userinfo":{},"userinfo":{}}""")]
    [InlineData("""{"userinfo":{"a":{"essential":true,"essential":false}}}"""), InlineData("""{"x":{"a":[[[[[[[[1]]]]]]]]}}""")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(ClaimsRequest.Parse(text).Succeeded(out _, out var error));
        Assert.Equal("invalid_request", error.Code);
    }

    [Fact]
    public void It_stays_small()
    {
        var many = new StringBuilder("{\"userinfo\":{");
        for (var i = 0; i <= 100; i++) many.Append(i == 0 ? "" : ",").Append('"').Append(i).Append("\":null");
        Assert.False(ClaimsRequest.Parse(many + "}}").Succeeded(out _, out _));
        Assert.False(ClaimsRequest.Parse("{\"x\":\"" + new string('x', 5000) + "\"}").Succeeded(out _, out _));
    }

    private static ClaimsRequest Parsed(string text)
    {
        Assert.True(ClaimsRequest.Parse(text).Succeeded(out var request, out var error), error?.Description);
        Assert.Equal(request.UserInfo.Count, ClaimsRequest.Read(request.Text).UserInfo.Count);
        return request;
    }
}
