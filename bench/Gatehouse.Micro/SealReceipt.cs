using System.Text;
using BenchmarkDotNet.Attributes;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Micro;

/// <summary>Sealed with every refresh, opened when an answer was lost.</summary>
public class SealReceipt
{
    private readonly ReceiptSeal seal = new(Handle.New(RefreshToken.Prefix), Receipt.Binding("bench-client", null, null));
    private readonly byte[] answer = Encoding.ASCII.GetBytes(new string('x', 230));
    private readonly byte[] receipt;

    public SealReceipt() => receipt = Receipt.Seal(seal, "abcdefghijkl", answer);

    [Benchmark]
    public byte[] Seal() => Receipt.Seal(seal, "abcdefghijkl", answer);

    [Benchmark]
    public bool Open() => Receipt.TryOpen(seal, receipt, out _, out _);
}
