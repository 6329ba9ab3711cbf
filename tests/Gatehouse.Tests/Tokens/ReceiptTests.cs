using CsCheck;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>A receipt opens for whoever presents the spent token with the same request, and for nothing else.</summary>
public sealed class ReceiptTests
{
    private const string Successor = "abcdefghijkl";

    private static readonly Handle Presented = Handle.New(RefreshToken.Prefix);

    [Fact]
    public void It_gives_back_the_answer_byte_for_byte() =>
        Gen.Byte.Array[0, 2_000].Sample(answer =>
        {
            var receipt = Receipt.Seal(new(Presented, "b"), Successor, answer);

            Assert.True(Receipt.TryOpen(new(Presented, "b"), receipt, out var successor, out var opened));
            Assert.Equal(Successor, successor);
            Assert.Equal(answer, opened);
        }, iter: 200);

    [Fact]
    public void Another_token_or_binding_does_not_open_it()
    {
        var receipt = Receipt.Seal(new(Presented, "b"), Successor, "answer"u8);

        Assert.False(Receipt.TryOpen(new(Handle.New(RefreshToken.Prefix), "b"), receipt, out _, out _));
        Assert.False(Receipt.TryOpen(new(Presented, "c"), receipt, out _, out _));
        Assert.False(Receipt.TryOpen(new(Presented, ""), receipt, out _, out _));
    }

    [Fact]
    public void One_flipped_bit_anywhere_or_one_byte_less_closes_it()
    {
        var receipt = Receipt.Seal(new(Presented, "b"), Successor, "answer"u8);

        for (var i = 0; i < receipt.Length; i++)
        {
            var altered = (byte[])receipt.Clone();
            altered[i] ^= 1;
            Assert.False(Receipt.TryOpen(new(Presented, "b"), altered, out _, out _));
            Assert.False(Receipt.TryOpen(new(Presented, "b"), receipt.AsSpan(0, i), out _, out _));
        }
    }

    [Fact]
    public void The_same_answer_is_never_sealed_the_same_way_twice() =>
        Assert.NotEqual(Receipt.Seal(new(Presented, "b"), Successor, "answer"u8), Receipt.Seal(new(Presented, "b"), Successor, "answer"u8));

    [Fact]
    public void No_two_lists_of_parameters_have_one_binding() =>
        Gen.Select(Parts, Parts).Sample((one, other) => Assert.Equal(one.SequenceEqual(other), Receipt.Binding(one) == Receipt.Binding(other)), iter: 2_000);

    private static readonly Gen<string?[]> Parts = Gen.OneOf<string?>(null, "", ":", ";", "1", "-1:;", "a", "1:a;").Array[0, 4];
}
