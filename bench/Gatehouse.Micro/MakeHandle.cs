using BenchmarkDotNet.Attributes;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Micro;

/// <summary>Made once per token, parsed and matched once per use.</summary>
public class MakeHandle
{
    private readonly string text;
    private readonly byte[] hash;

    public MakeHandle()
    {
        var handle = Handle.New(RefreshToken.Prefix);
        (text, hash) = (handle.Reveal(), handle.SecretHash());
    }

    [Benchmark]
    public byte[] NewAndHash() => Handle.New(RefreshToken.Prefix).SecretHash();

    [Benchmark]
    public bool ParseAndMatch() => Handle.TryParse(RefreshToken.Prefix, text)!.Matches(hash);
}
