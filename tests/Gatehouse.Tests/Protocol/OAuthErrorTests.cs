using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class OAuthErrorTests
{
    [Fact, Trait("SR", "SR-028")]
    public void A_description_holds_only_what_RFC_6749_allows_whatever_was_echoed() =>
        Gen.String.Sample(text =>
        {
            var description = new OAuthError("invalid_request", text).Description;
            Assert.Equal(text.Length, description.Length);
            for (var i = 0; i < text.Length; i++)
            {
                // %x20-21 / %x23-5B / %x5D-7E
                var allowed = (int)text[i] is 0x20 or 0x21 or >= 0x23 and <= 0x5B or >= 0x5D and <= 0x7E;
                Assert.Equal(allowed ? text[i] : '?', description[i]);
            }
        });

    [Fact, Trait("SR", "SR-028")]
    public void No_character_at_all_passes_that_is_not_allowed()
    {
        var everything = string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code));
        var passed = new OAuthError("invalid_request", everything).Description.Distinct().ToList();
        Assert.Equal(0x7E - 0x20 + 1 - 2, passed.Count);
        Assert.DoesNotContain('"', passed);
        Assert.DoesNotContain('\\', passed);
        Assert.All(passed, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact, Trait("SR", "SR-028")]
    public void An_unknown_grant_type_is_named_without_its_control_characters() =>
        Assert.Equal("grant_type 'a?Set-Cookie: x?' is not supported", OAuthError.UnsupportedGrantType("a\nSet-Cookie: x\"").Description);
}
