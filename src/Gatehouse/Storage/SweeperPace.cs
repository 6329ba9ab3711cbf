namespace Gatehouse.Storage;

/// <summary>
/// How many rows at once, and how long to rest between two batches: by what the last batch took. A database that is busy with requests answers slowly, and then gets less to do.
/// </summary>
/// <param name="mostRows">Rows of the largest batch.</param>
internal sealed class SweeperPace(int mostRows)
{
    internal static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A batch waits once for the disk, however small it is: with fewer rows a slow disk alone would make the sweeper fall behind.</summary>
    private const int Fewest = 250;

    /// <summary>What a request may find itself waiting behind.</summary>
    private static readonly TimeSpan longestBatch = TimeSpan.FromMilliseconds(10);

    private readonly int most = mostRows;

    /// <summary>How many rows the next batch may have.</summary>
    public int Rows { get; private set; } = mostRows;

    /// <summary>Learns what a batch took, and says how long to rest: three times as long, so that sweeping takes a quarter of one connection at most.</summary>
    public TimeSpan After(TimeSpan batch)
    {
        if (batch > longestBatch) Rows = Math.Max(Rows / 2, Math.Min(Fewest, most));
        else if (batch < longestBatch / 2) Rows = Math.Min(Rows * 2, most);
        return batch * 3 > ShortestPause ? batch * 3 : ShortestPause;
    }
}
