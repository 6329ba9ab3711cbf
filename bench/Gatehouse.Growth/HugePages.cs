using System.Globalization;

namespace Gatehouse.Growth;

/// <summary>
/// Memory in pages of 2 MB, which PostgreSQL's manual advises for a large <c>shared_buffers</c>, set aside while this exists. In pages of 4 KB, gigabytes are more than a processor can keep the addresses of; and each process of the server
/// has to be told of each page once, when it first looks at it.
/// </summary>
internal sealed class HugePages : IDisposable
{
    private const string Count = "/proc/sys/vm/nr_hugepages";

    private readonly long before;

    private HugePages(long before) => this.before = before;

    /// <summary>Sets as many aside as a server with <paramref name="sharedBuffers"/> MB takes. Null if the kernel does not have them, or this is not root.</summary>
    public static HugePages? TryReserve(long sharedBuffers)
    {
        // Beside the buffers, the server shares what it knows about each of them, about its locks and its transactions.
        var (before, wanted) = (Read(), (sharedBuffers * 104 / 100 + 200) / 2);
        var pages = new HugePages(before);
        try
        {
            Write(before + wanted);
            // The kernel sets aside what it finds, and says nothing if that is less.
            if (Read() == before + wanted) return pages;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        pages.Dispose();
        return null;
    }

    /// <summary>Gives them back, those in use as soon as they are not.</summary>
    public void Dispose() => Write(before);

    private static long Read() => long.Parse(File.ReadAllText(Count), CultureInfo.InvariantCulture);

    private static void Write(long count) => File.WriteAllText(Count, count.ToString(CultureInfo.InvariantCulture));
}
