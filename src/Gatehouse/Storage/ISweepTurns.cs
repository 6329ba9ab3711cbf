namespace Gatehouse.Storage;

/// <summary>Lets one node at a time sweep. Optional: without it every node sweeps, which is safe and does work twice.</summary>
public interface ISweepTurns
{
    /// <summary>A turn, which ends when it is disposed of, or soon after its node has died; null while another node has one.</summary>
    ValueTask<IAsyncDisposable?> TryTakeAsync(CancellationToken ct);
}
