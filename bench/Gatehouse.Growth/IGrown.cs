using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth;

/// <summary>A database with a given number of artifacts in it, and the stores on it.</summary>
internal interface IGrown : IAsyncDisposable
{
    string Name { get; }

    int Artifacts { get; }

    ServiceProvider Services { get; }

    /// <summary>A clock that tells how long the database has used a processor for the stores.</summary>
    Task<Func<TimeSpan>> ClockAsync();

    /// <summary>Rows chosen at random, over the whole of the table: what a million users would ask for next.</summary>
    Task<IReadOnlyList<Artifact>> SampleAsync(int count, CancellationToken ct);

    /// <summary>What the tables and their indexes take up, in bytes, by name.</summary>
    Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken ct);
}
