using System.Xml.Linq;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Stores;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>Where Data Protection's keys were until now (<c>PersistKeysToGatehouse</c>); null if nowhere.</summary>
internal sealed record FormerKeyFolder(DirectoryInfo? Folder);

/// <summary>Data Protection's keys, if they are in our table, before anything asks for one. Part of the start of a database, after its migration.</summary>
internal abstract class DataProtectionStartup
{
    public abstract Task PrepareAsync(CancellationToken ct);
}

/// <summary>
/// Of nodes that start together on an empty table one makes the first key, and the others wait for it. Left to itself, each would make one that is good at once, and a node reads keys that it does not know only in its first two
/// minutes: after that it would refuse the cookies of the others for a day.
/// </summary>
internal sealed partial class DataProtectionStartup<TContext>(
    ContextSource<TContext> contexts, IOptions<KeyManagementOptions> options, IKeyManager keys, FormerKeyFolder former, TimeProvider clock, ILogger<DataProtectionStartup<TContext>> log) : DataProtectionStartup
    where TContext : DbContext
{
    /// <summary>As Data Protection itself allows for clocks of nodes that differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    public override async Task PrepareAsync(CancellationToken ct)
    {
        if (options.Value.XmlRepository is not EntityFrameworkXmlRepository<TContext> repository) return;
        if (options.Value.XmlEncryptor is null) Readable(log);
        try
        {
            // As at nearly every start: nothing to make, so nobody to wait for.
            if (former.Folder is not { Exists: true } && HasOne()) return;
            await using var lease = contexts.Lease(out var context);
            // Held by a connection of its own while others write: the lock ends with this transaction, whatever happens to the node.
            await using var transaction = context.Database.IsNpgsql() ? await context.Database.BeginTransactionAsync(ct) : null;
            if (transaction is not null) await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(hashtext('gatehouse_data_protection_keys'))", ct);
            TakeOver(repository);
            if (!HasOne()) MakeFirst();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotPrepared(log, e);
        }
    }

    private void TakeOver(EntityFrameworkXmlRepository<TContext> repository)
    {
        if (former.Folder is not { Exists: true } folder) return;
        var known = repository.GetAllElements().Select(IdOf).ToHashSet(StringComparer.Ordinal);
        foreach (var file in folder.EnumerateFiles("*.xml"))
            if (XElement.Load(file.FullName) is var key && known.Add(IdOf(key)))
            {
                repository.StoreElement(key, Path.GetFileNameWithoutExtension(file.Name));
                TakenOver(log, file.Name, folder.FullName);
            }
    }

    /// <summary>A key has an id; a revocation has none, and is the same if it says the same.</summary>
    private static string IdOf(XElement element) => element.Attribute("id")?.Value ?? element.ToString(SaveOptions.DisableFormatting);

    private bool HasOne()
    {
        var now = clock.GetUtcNow();
        return !options.Value.AutoGenerateKeys || keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now + ClockSkew && key.ExpirationDate > now);
    }

    private void MakeFirst()
    {
        var now = clock.GetUtcNow();
        keys.CreateNewKey(now, now + options.Value.NewKeyLifetime);
    }

    [LoggerMessage(4013, LogLevel.Warning, "Data Protection's keys are in the database and not encrypted: whoever has a copy of the database can make sign-in cookies, and open the signing keys unless Gatehouse:Keys:EncryptionKey is set. Encrypt them with a certificate: Gatehouse:DataProtection:CertificatePath in the server, ProtectKeysWithCertificate in an app.")]
    private static partial void Readable(ILogger log);

    [LoggerMessage(4014, LogLevel.Warning, "Data Protection's keys could not be looked at before the start. Nodes that start together may each make one. See whether the database is reachable, and has the table gatehouse_data_protection_keys.")]
    private static partial void NotPrepared(ILogger log, Exception e);

    [LoggerMessage(4015, LogLevel.Information, "The Data Protection key {File} was taken over from {Folder}. Once every node has been updated, that folder is not needed any more.")]
    private static partial void TakenOver(ILogger log, string file, string folder);
}
