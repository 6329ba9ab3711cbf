using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class ResultTests
{
    [Fact]
    public void A_result_is_its_value_or_its_error()
    {
        Result<string> value = "value", error = OAuthError.InvalidRequest("no");
        Assert.True(value.Succeeded(out var text, out var none));
        Assert.Equal(("value", null), (text, none));
        Assert.False(error.Succeeded(out text, out none));
        Assert.Null(text);
        Assert.Equal("invalid_request", none.Code);
    }

    /// <summary>A default that read as "no error" would let through whatever somebody forgot to decide.</summary>
    [Fact]
    public void A_result_that_nobody_made_throws_when_it_is_read() =>
        Assert.Throws<InvalidOperationException>(() => default(Result<string>).Succeeded(out _, out _));
}
