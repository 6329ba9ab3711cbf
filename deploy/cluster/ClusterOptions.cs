using Gatehouse.Cluster.Processes;

namespace Gatehouse.Cluster;

/// <summary>What a <see cref="RunningCluster"/> consists of.</summary>
internal sealed record ClusterOptions
{
    /// <summary>How many nodes. Default 3.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>nginx with TLS in front. Default true. Without it the issuer is the first node's address, in clear.</summary>
    public bool UseNginx { get; init; } = true;

    /// <summary>A synchronous standby of the database. Default false.</summary>
    public bool Standby { get; init; }

    /// <summary>Each node and the database in a network of its own, so that <see cref="RunningCluster.Cut"/> and its like work. For root only. Default false.</summary>
    public bool Namespaces { get; init; }

    /// <summary>Each node starts when the one before is ready. Default false: all at once.</summary>
    public bool OneByOne { get; init; }

    /// <summary>How every node is started.</summary>
    public NodeOptions Node { get; init; } = new();

    /// <summary>How this one node is started (0: the first), if not as every other.</summary>
    public Func<int, NodeOptions, NodeOptions> NodeAt { get; init; } = static (_, options) => options;
}
