using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Xunit.Sdk;

namespace Gatehouse.Tests.Storage;

/// <summary>A rule that nothing can break protects nobody. Each store here has one defect that was seen in the field, and the rule that must find it.</summary>
public sealed class ContractCanFailTests
{
    private static readonly Dictionary<string, (Func<InMemoryProtocolStore, IProtocolStore> Break, Func<Rules, Task> Rule)> defects = new()
    {
        ["finds, checks, and then spends"] = (store => new ChecksThenSpends(store), rules => rules.An_artifact_is_redeemed_once_however_many_ask_and_the_losers_leave_nothing()),
        ["stores the successors of losers"] = (store => new StoresTheLosers(store), rules => rules.An_artifact_is_redeemed_once_however_many_ask_and_the_losers_leave_nothing()),
        ["stores the successor of what has ended"] = (store => new StoresTheLosers(store), rules => rules.An_artifact_of_a_revoked_family_is_not_redeemed()),
        ["does not look at the expiry"] = (store => new IgnoresExpiry(store), rules => rules.An_artifact_is_not_redeemed_from_the_millisecond_of_its_expiry(0)),
        ["looks at the expiry in whole seconds"] = (store => new CountsSeconds(store), rules => rules.An_artifact_is_not_redeemed_from_the_millisecond_of_its_expiry(0)),
        ["loses the receipt"] = (store => new LosesReceipts(store), rules => rules.Redeeming_spends_the_artifact_and_stores_its_successors_and_its_receipt()),
        ["lets the last update win"] = (store => new LastUpdateWins(store), rules => rules.An_artifact_is_updated_once_however_many_saw_the_same()),
        ["finds what is revoked"] = (store => new ForgetsRevocation(store), rules => rules.Nothing_of_a_revoked_family_is_found_but_the_family_itself()),
        ["stores a successor beside a revocation"] = (store => new StoresTheLosers(store), rules => rules.A_redemption_that_races_with_a_revocation_leaves_no_successor_that_is_found(false)),
        ["revokes everything if asked for nothing"] = (store => new RevokesAll(store), rules => rules.Revoking_many_without_a_subject_or_a_client_throws_and_ends_none()),
        ["remembers by asking first"] = (store => new AsksThenRemembers(store), rules => rules.A_key_is_remembered_once_however_many_bring_it()),
        ["sweeps what is spent"] = (store => new SweepsEarly(store), rules => rules.Sweeping_leaves_what_has_not_expired_spent_or_not()),
        ["sweeps without a limit"] = (store => new SweepsAll(store), rules => rules.Sweeping_removes_at_most_the_limit_and_says_how_many()),
        ["finds ids in any case"] = (store => new FoldsCase(store), rules => rules.An_id_in_other_letters_finds_nothing()),
        ["lists a client for each family"] = (store => new ListsFamilies(store), rules => rules.A_client_is_listed_once_with_all_that_it_holds_however_many_families_that_are()),
        ["lists clients in an order for people"] = (store => new SortsForPeople(store), rules => rules.Clients_are_listed_in_parts_in_the_ordinal_order_of_their_ids_and_none_is_missed(2)),
        ["starts what it can"] = (store => new StartsHalf(store), rules => rules.Starting_with_an_artifact_id_that_exists_throws_and_leaves_nothing()),
    };

    public static TheoryData<string> Defects => [.. defects.Keys];

    [Theory, MemberData(nameof(Defects))]
    public async Task A_store_with_a_defect_fails_the_rule_against_it(string defect)
    {
        var (breaking, rule) = defects[defect];
        await RunAsync(store => store, rule);
        var found = await Record.ExceptionAsync(() => RunAsync(breaking, rule));
        Assert.IsType<XunitException>(found, exactMatch: false);
    }

    private static async Task RunAsync(Func<InMemoryProtocolStore, IProtocolStore> breaking, Func<Rules, Task> rule)
    {
        await using var rules = new Rules(breaking(new InMemoryProtocolStore()));
        await rules.InitializeAsync();
        await rule(rules);
    }

    // Not public: the runner must not take it for a test class of its own.
    internal sealed class Rules(IProtocolStore store) : ProtocolStoreContract
    {
        protected override ValueTask<IProtocolStore> CreateAsync() => new(store);
    }

    private abstract class Defective(IProtocolStore store) : IProtocolStore
    {
        protected IProtocolStore Inner => store;

        public virtual ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => store.FindAsync(id, ct);

        public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => store.FindFamilyAsync(id, ct);

        public virtual ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct) => store.StartAsync(family, artifacts, ct);

        public virtual ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
            store.TryRedeemAsync(seen, successors, receipt, now, ct);

        public virtual ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) => store.TryUpdateAsync(seen, payload, ct);

        public ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamilyAsync(familyId, now, ct);

        public virtual ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct) => store.RevokeSessionAsync(sessionId, now, ct);

        public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamiliesExceptAsync(subject, sessionId, now, ct);

        public virtual ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) => store.ListClientsAsync(subject, after, limit, now, ct);

        public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct) => store.RecordUseAsync(uses, ct);

        public virtual ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamiliesAsync(subject, clientId, now, ct);

        public virtual ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct) => store.TryRememberAsync(key, until, ct);

        public virtual ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => store.SweepAsync(now, limit, ct);
    }

    private sealed class ListsFamilies(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) =>
            [.. (await Inner.ListClientsAsync(subject, after, limit, now, ct)).SelectMany(client => Enumerable.Repeat(client, 2)).Take(limit)];
    }

    private sealed class SortsForPeople(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) =>
        [
            .. (await Inner.ListClientsAsync(subject, "", int.MaxValue, now, ct)).Where(client => string.Compare(client.ClientId, after, StringComparison.OrdinalIgnoreCase) > 0)
                .OrderBy(client => client.ClientId, StringComparer.OrdinalIgnoreCase).Take(limit),
        ];
    }

    private sealed class ChecksThenSpends(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
        {
            if (await FindAsync(seen.Id, ct) is not { SpentAt: null }) return false;
            await Task.Delay(1, ct);
            await Inner.TryRedeemAsync(seen, successors, receipt, now, ct);
            return true;
        }
    }

    private sealed class StoresTheLosers(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
        {
            if (await Inner.TryRedeemAsync(seen, successors, receipt, now, ct)) return true;
            var family = new Family(Guid.CreateVersion7(), seen.ClientId, seen.Subject, now, now.AddDays(1));
            await Inner.StartAsync(family, [.. successors.Select(successor => successor with { FamilyId = family.Id })], ct);
            return false;
        }
    }

    private sealed class IgnoresExpiry(IProtocolStore store) : Defective(store)
    {
        public override ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
            Inner.TryRedeemAsync(seen, successors, receipt, seen.ExpiresAt.AddDays(-1), ct);
    }

    private sealed class CountsSeconds(IProtocolStore store) : Defective(store)
    {
        public override ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
            Inner.TryRedeemAsync(seen, successors, receipt, now.AddMilliseconds(-1), ct);
    }

    private sealed class LosesReceipts(IProtocolStore store) : Defective(store)
    {
        public override ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
            Inner.TryRedeemAsync(seen, successors, null, now, ct);
    }

    private sealed class LastUpdateWins(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) =>
            await FindAsync(seen.Id, ct) is { } current && await Inner.TryUpdateAsync(current, payload, ct);
    }

    private sealed class ForgetsRevocation(IProtocolStore store) : Defective(store)
    {
        private readonly Dictionary<string, Artifact> cache = [];

        public override ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
        {
            foreach (var artifact in artifacts) cache[artifact.Id] = artifact;
            return Inner.StartAsync(family, artifacts, ct);
        }

        public override ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => new(cache.GetValueOrDefault(id));
    }

    private sealed class RevokesAll(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct) =>
            subject is null && clientId is null ? await Inner.RevokeFamiliesAsync("alice", null, now, ct) : await Inner.RevokeFamiliesAsync(subject, clientId, now, ct);
    }

    private sealed class AsksThenRemembers(IProtocolStore store) : Defective(store)
    {
        private readonly HashSet<string> seen = [];

        public override async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
        {
            lock (seen)
                if (seen.Contains(key))
                    return false;
            await Task.Delay(1, ct);
            lock (seen) seen.Add(key);
            return true;
        }
    }

    private sealed class SweepsEarly(IProtocolStore store) : Defective(store)
    {
        public override ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.SweepAsync(now.AddHours(1), limit, ct);
    }

    private sealed class SweepsAll(IProtocolStore store) : Defective(store)
    {
        public override ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.SweepAsync(now, int.MaxValue, ct);
    }

    private sealed class FoldsCase(IProtocolStore store) : Defective(store)
    {
        private readonly List<string> ids = [];

        public override ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
        {
            ids.AddRange(artifacts.Select(artifact => artifact.Id));
            return Inner.StartAsync(family, artifacts, ct);
        }

        public override ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) =>
            Inner.FindAsync(ids.Find(other => other.Equals(id, StringComparison.OrdinalIgnoreCase)) ?? id, ct);
    }

    private sealed class StartsHalf(IProtocolStore store) : Defective(store)
    {
        public override async ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
        {
            await Inner.StartAsync(family, [artifacts[0]], ct);
            foreach (var artifact in artifacts.Skip(1))
                if (await FindAsync(artifact.Id, ct) is not null)
                    throw new InvalidOperationException("It exists.");
        }
    }
}
