using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth;

/// <summary>A database with a given number of artifacts in it, and the stores on it.</summary>
internal interface IGrown : IAsyncDisposable
{
    string Name { get; }

    int Artifacts { get; }

    /// <summary>How the stores reach it, here and in other processes.</summary>
    string StoresConnectionString { get; }

    /// <summary>The database has no processes of its own.</summary>
    bool IsInProcess { get; }

    ServiceProvider Services { get; }

    /// <summary>A clock that tells how long the database has used a processor for the stores.</summary>
    Task<Func<TimeSpan>> ClockAsync();

    /// <summary>Refresh tokens that can be used: chosen at random over the whole of the table, as if a million users had all been idle for as long; or the newest, of the users who are there now.</summary>
    Task<IReadOnlyList<Artifact>> SampleAsync(int count, bool newest, CancellationToken ct);

    /// <summary>Refresh tokens that were made within the last day: they end that much later than the others.</summary>
    Task<IReadOnlyList<Artifact>> SampleOfLastDayAsync(int count, CancellationToken ct);

    /// <summary>All rows, as text.</summary>
    Task<List<string[]>> AskAsync(string sql, CancellationToken ct);

    Task ExecuteAsync(string sql, CancellationToken ct);

    /// <summary>What to write behind a table's name to get about so many of its rows and not read it all; empty where that cannot be said.</summary>
    string Sampled(int rows);

    /// <summary>What somebody else does between two calls, if that matters: null where it does not.</summary>
    Func<Task>? Others { get; }

    /// <summary>What the tables and their indexes take up, in bytes, by name.</summary>
    Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken ct);
}
