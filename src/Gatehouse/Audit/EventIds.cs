// RFC 9562 - Universally Unique IDentifiers (UUIDs) (§5.7: version 7; §6.2, method 1: a counter)
using System.Security.Cryptography;

namespace Gatehouse.Audit;

/// <summary>Ids in the order in which they were asked for on this node, also within a millisecond and when the clock is set back: what came first is to be read first.</summary>
internal sealed class EventIds
{
    private const int Counters = 1 << 12;

    private readonly Lock gate = new();
    private long milliseconds;
    private int counter;

    public Guid Next(DateTimeOffset now)
    {
        long at;
        int count;
        lock (gate)
        {
            if (now.ToUnixTimeMilliseconds() is var given && given > milliseconds) (milliseconds, counter) = (given, 0);
            else if (++counter == Counters) (milliseconds, counter) = (milliseconds + 1, 0);
            (at, count) = (milliseconds, counter);
        }
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        return new((int)(at >> 16), (short)at, (short)(0x7000 | count), (byte)(0x80 | (random[0] & 0x3f)), random[1], random[2], random[3], random[4], random[5], random[6], random[7]);
    }
}
