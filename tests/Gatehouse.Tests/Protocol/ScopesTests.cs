using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class ScopesTests
{
    // Few and short, so that sets meet; a case pair, because scopes are case-sensitive.
    private static readonly Gen<string> token = Gen.OneOf("a", "A", "b", "notes.read", "notes.write", "urn:x:y", "!#[]~");
    private static readonly Gen<string[]> tokens = token.Array[0, 6];
    private static readonly Gen<Scopes> scopes = tokens.Select(Scopes.Of);

    [Fact]
    public void A_scope_reads_as_its_tokens_each_once_in_the_order_first_named() =>
        tokens.Select(Gen.OneOf(" ", "  ")).Sample((tokens, separator) =>
        {
            var parsed = Read(string.Join(separator, tokens));
            Assert.Equal(tokens.Distinct(), parsed.Tokens);
            Assert.Equal(string.Join(' ', tokens.Distinct()), parsed.ToString());
            Assert.Equal(parsed.Tokens, Read(parsed.ToString()).Tokens);
            Assert.Equal(tokens.Length == 0, parsed.IsEmpty);
        });

    [Fact]
    public void A_scope_with_a_character_outside_the_grammar_is_refused_as_invalid_scope() =>
        Gen.OneOf(Gen.Char['\0', '\x1F'], Gen.Char['\x7F', '\uFFFF'], Gen.OneOf('"', '\\')).Select(tokens, Gen.Int[0, 100]).Sample((wrong, tokens, place) =>
        {
            var text = string.Join(' ', tokens);
            Assert.False(Scopes.Parse(text.Insert(place % (text.Length + 1), wrong.ToString())).Succeeded(out _, out var error));
            Assert.Equal("invalid_scope", error.Code);
        });

    [Fact]
    public void An_absent_scope_and_an_empty_one_are_no_scope()
    {
        Assert.True(Read(null).IsEmpty);
        Assert.True(Read("").IsEmpty);
        Assert.True(Read("   ").IsEmpty);
    }

    [Fact]
    public void Scopes_behave_as_sets_do() =>
        scopes.Select(scopes).Sample((one, other) =>
        {
            HashSet<string> left = [.. one.Tokens], right = [.. other.Tokens];
            Assert.Equal(right.IsSubsetOf(left), one.Contains(other));
            Assert.Equal(left.SetEquals(right), one.SetEquals(other));
            Assert.True(left.Union(right).ToHashSet().SetEquals(one.Union(other).Tokens));
            Assert.True(left.Intersect(right).ToHashSet().SetEquals(one.Intersect(other).Tokens));
            Assert.True(left.Except(right).ToHashSet().SetEquals(one.Except(other).Tokens));
            Assert.All(right, token => Assert.Equal(left.Contains(token), one.Contains(token)));
        });

    private static Scopes Read(string? text)
    {
        Assert.True(Scopes.Parse(text).Succeeded(out var scopes, out _));
        return scopes;
    }
}
