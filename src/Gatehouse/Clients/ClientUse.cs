using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Clients;

/// <summary>
/// Tells clients that are used from those that registered themselves and were never heard of again. One write in a client's life, with its first token: from then on
/// the client itself says that it is used.
/// </summary>
internal sealed partial class ClientUse(IClientStore store, ILogger<ClientUse> log)
{
    public static Sweep NeverUsed(IClientStore store) => new("clients", "clients that registered themselves and were never used", store.SweepUnusedAsync);

    /// <summary>After a client got tokens. They are on their way, so this is no reason to fail.</summary>
    public ValueTask NoteAsync(Client client, CancellationToken ct) => client.UnusedUntil is null ? default : MarkAsync(client, ct);

    private async ValueTask MarkAsync(Client client, CancellationToken ct)
    {
        try
        {
            await store.MarkUsedAsync(client.Id, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotMarked(log, e, client.Id);
        }
    }

    [LoggerMessage(1131, LogLevel.Warning, "That client '{ClientId}' was used for the first time could not be stored; its next token tries again. See whether the database is reachable.")]
    private static partial void NotMarked(ILogger log, Exception e, string clientId);
}
