using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Gatehouse.Throttling;
using Xunit.Sdk;

namespace Gatehouse.Tests.Storage;

/// <summary>As <see cref="ContractCanFailTests"/>, for what may stand before a store: each defect, and the rule that must find it.</summary>
public sealed class SmallContractsCanFailTests
{
    private static readonly Dictionary<string, (Func<bool, object> Make, Func<object, Task> Rule)> defects = new()
    {
        ["a guard that asks first"] = Of<IReplayGuard, GuardRules>(broken => new Guard(broken ? Defect.AsksFirst : Defect.None), guard => new(guard), rules => rules.A_key_is_remembered_once_however_many_bring_it()),
        ["a guard that folds case"] = Of<IReplayGuard, GuardRules>(broken => new Guard(broken ? Defect.FoldsCase : Defect.None), guard => new(guard), rules => rules.A_key_in_other_letters_is_another_key()),
        ["a guard that cuts keys off"] = Of<IReplayGuard, GuardRules>(broken => new Guard(broken ? Defect.Cuts : Defect.None), guard => new(guard), rules => rules.A_long_key_is_compared_whole()),
        ["a guard that forgets"] = Of<IReplayGuard, GuardRules>(broken => new Guard(broken ? Defect.Forgets : Defect.None), guard => new(guard), rules => rules.A_key_is_new_once()),
        ["counts that are read and then written"] = Of<IAttemptStore, AttemptRules>(broken => broken ? new ReadsThenWrites() : new InMemoryAttemptStore(), store => new(store), rules => rules.Failures_at_the_same_time_are_each_counted()),
    };

    private enum Defect { None, AsksFirst, FoldsCase, Cuts, Forgets }

    public static TheoryData<string> Defects => [.. defects.Keys];

    [Theory, MemberData(nameof(Defects))]
    public async Task What_has_a_defect_fails_the_rule_against_it(string defect)
    {
        var (make, rule) = defects[defect];
        await rule(make(false));
        Assert.IsType<XunitException>(await Record.ExceptionAsync(() => rule(make(true))), exactMatch: false);
    }

    private static (Func<bool, object> Make, Func<object, Task> Rule) Of<TStore, TRules>(Func<bool, TStore> make, Func<TStore, TRules> contract, Func<TRules, Task> rule)
        where TStore : class where TRules : StoreContract<TStore>
    {
        return (make, RunAsync);

        async Task RunAsync(object store)
        {
            await using var rules = contract((TStore)store);
            await rules.InitializeAsync();
            await rule(rules);
        }
    }

    // Not public: the runner must not take them for test classes of their own.
    internal sealed class GuardRules(IReplayGuard guard) : ReplayGuardContract
    {
        protected override ValueTask<IReplayGuard> CreateAsync() => new(guard);
    }

    internal sealed class AttemptRules(IAttemptStore store) : AttemptStoreContract
    {
        protected override ValueTask<IAttemptStore> CreateAsync() => new(store);
    }

    private sealed class Guard(Defect defect) : IReplayGuard
    {
        private readonly HashSet<string> seen = new(defect == Defect.FoldsCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

        public async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
        {
            if (defect == Defect.Cuts) key = key[..Math.Min(key.Length, 256)];
            if (defect == Defect.AsksFirst)
            {
                lock (seen)
                    if (seen.Contains(key))
                        return false;
                await Task.Delay(1, ct);
            }
            lock (seen) return seen.Add(key) || defect is Defect.AsksFirst or Defect.Forgets;
        }
    }

    private sealed class ReadsThenWrites : IAttemptStore
    {
        private readonly InMemoryAttemptStore inner = new();
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> counts = new();

        public async ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
        {
            var before = counts.GetValueOrDefault(keys[0]);
            await Task.Delay(1, ct);
            counts[keys[0]] = before + 1;
            return [new(keys[0], before + 1, now)];
        }

        public ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct) => inner.ClearAsync(key, now, ct);

        public ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct) => inner.ListSinceAsync(since, ct);

        public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct) => inner.SweepAsync(before, limit, ct);
    }
}
