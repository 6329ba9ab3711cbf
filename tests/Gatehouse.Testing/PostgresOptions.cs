using System.Net;

namespace Gatehouse.Testing;

/// <summary>Where a <see cref="PostgresCluster"/> runs, if not on a free port of 127.0.0.1.</summary>
public sealed record PostgresOptions
{
    /// <summary>Where it listens. Default: a free port of 127.0.0.1.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Where this process finds it, if that is another address than the one that it listens on.</summary>
    public IPEndPoint? Reach { get; init; }

    /// <summary>The network namespace to run in, for root only. Default: the one of this process.</summary>
    public string? Namespace { get; init; }

    /// <summary>More of its configuration, each as <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
