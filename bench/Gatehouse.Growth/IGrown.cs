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

    /// <summary>Refresh tokens that can be used: chosen at random over the whole of the table, as if a million users had all been idle for as long; or the newest, of the users who are there now.</summary>
    Task<IReadOnlyList<Artifact>> SampleAsync(int count, bool newest, CancellationToken ct);

    /// <summary>What somebody else does between two calls, if that matters: null where it does not.</summary>
    Func<Task>? Others { get; }

    /// <summary>What the tables and their indexes take up, in bytes, by name.</summary>
    Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken ct);
}
