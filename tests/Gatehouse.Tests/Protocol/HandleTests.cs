using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class HandleTests
{
    private const string Prefix = "gtr_";
    private static readonly Gen<string> prefixes = Gen.OneOf("gta_", "gtr_", "gtc_", "gts_");

    [Fact]
    public void A_new_handle_has_64_characters_begins_with_its_prefix_and_reads_as_itself() =>
        prefixes.Sample(prefix =>
        {
            var made = Handle.New(prefix);
            Assert.Equal(64, made.Reveal().Length);
            Assert.StartsWith(prefix, made.Reveal(), StringComparison.Ordinal);
            var read = Handle.TryParse(prefix, made.Reveal());
            Assert.NotNull(read);
            Assert.Equal((made.Id, made.Reveal()), (read.Id, read.Reveal()));
            Assert.True(read.Secret.SequenceEqual(made.Secret));
            Assert.True(read.Matches(made.SecretHash()));
        });

    [Fact, Trait("SR", "SR-048")]
    public void Id_and_secret_are_72_and_256_bits_and_no_two_are_alike()
    {
        var handles = Enumerable.Range(0, 10_000).Select(_ => Handle.New(Prefix)).ToList();
        Assert.All(handles, handle => Assert.Equal((12, 32), (handle.Id.Length, handle.Secret.Length)));
        Assert.Equal(handles.Count, handles.Select(handle => handle.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(handles.Count, handles.Select(handle => Convert.ToHexString(handle.Secret)).Distinct(StringComparer.Ordinal).Count());
        // Each bit of the secret is as often set as not: 10,000 tosses stay within eight standard deviations (50 each) of 5,000.
        for (var bit = 0; bit < 256; bit++)
            Assert.InRange(handles.Count(handle => (handle.Secret[bit / 8] >> bit % 8 & 1) == 1), 4_600, 5_400);
    }

    /// <summary>What the indexes are fast by: see docs/performance.md.</summary>
    [Fact]
    public void Ids_that_are_made_together_lie_together()
    {
        var before = TimeProvider.System.GetUtcNow();
        var moment = BinaryPrimitives.ReadUInt32BigEndian(Base64Url.DecodeFromChars(Handle.New(Prefix).Id));
        Assert.InRange(moment - (uint)before.ToUnixTimeMilliseconds(), 0u, (uint)(TimeProvider.System.GetUtcNow() - before).TotalMilliseconds + 1);
    }

    /// <summary>Every place, every character that could stand there: no two spellings of one token exist.</summary>
    [Fact, Trait("SR", "SR-200")]
    public void A_handle_in_which_one_character_is_another_is_refused()
    {
        var text = Handle.New(Prefix).Reveal();
        for (var place = 0; place < text.Length; place++)
            foreach (var other in Enumerable.Range(0, 256).Select(code => (char)code).Append('Ａ').Append('K').Append('\uD83D'))
                if (other != text[place])
                    Assert.Null(Handle.TryParse(Prefix, text[..place] + other + text[(place + 1)..]));
    }

    [Fact, Trait("SR", "SR-200")]
    public void A_handle_that_is_cut_extended_reordered_recased_or_encoded_again_is_refused()
    {
        Gen.Int[0, 63].Select(Gen.Int[0, 63], Gen.Char).Sample((from, to, added) =>
        {
            var text = Handle.New(Prefix).Reveal();
            string[] altered =
            [
                text[..from], text[from..^1], text.Insert(from, added.ToString()), text.Remove(from, 1), text + text, text + "=", " " + text, text + "\n",
                text.Remove(from, 1).Insert(from, " "), Swap(text, from, to), text.ToUpperInvariant(), text.ToLowerInvariant(),
                Uri.HexEscape(text[from]) + text[1..], Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text)),
                text.Replace('-', '+').Replace('_', '/'),
            ];
            foreach (var other in altered)
                if (other != text)
                    Assert.Null(Handle.TryParse(Prefix, other));
        });

        static string Swap(string text, int from, int to)
        {
            var swapped = text.ToCharArray();
            (swapped[from], swapped[to]) = (swapped[to], swapped[from]);
            return new(swapped);
        }
    }

    /// <summary>Otherwise a refresh token would do as an access token.</summary>
    [Fact]
    public void A_handle_is_read_under_its_own_prefix_only() =>
        prefixes.Select(prefixes).Sample((made, asked) => Assert.Equal(made == asked, Handle.TryParse(asked, Handle.New(made).Reveal()) is not null));

    [Fact]
    public void What_we_did_not_make_is_refused_before_anything_is_looked_up()
    {
        Assert.Null(Handle.TryParse(Prefix, null));
        Assert.Null(Handle.TryParse(Prefix, ""));
        Gen.String.Sample(text => Assert.Null(Handle.TryParse(Prefix, text)));
        Gen.String[60, 60].Sample(text => Assert.Null(Handle.TryParse(Prefix, Prefix + text)));
        Gen.Byte.Array[45].Sample(bytes => Assert.Null(Handle.TryParse(Prefix, Prefix + Base64Url.EncodeToString(bytes))));
    }

    [Fact]
    public void A_secret_matches_its_own_hash_only() =>
        Gen.Int[0, 255].Sample(bit =>
        {
            var handle = Handle.New(Prefix);
            var hash = handle.SecretHash();
            Assert.Equal(SHA256.HashData(handle.Secret), hash);
            hash[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(handle.Matches(hash));
            Assert.False(handle.Matches([]));
            Assert.False(handle.Matches(handle.SecretHash().AsSpan(0, 31)));
        });

    [Fact]
    public void A_handle_in_a_log_line_shows_its_id_and_not_its_secret()
    {
        var handle = Handle.New(Prefix);
        Assert.Equal(handle.Id, $"{handle}");
    }
}
