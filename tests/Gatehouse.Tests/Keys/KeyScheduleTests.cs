using Gatehouse.Keys;

namespace Gatehouse.Tests.Keys;

/// <summary>The life of a key: made, published, signing, verifying, gone. Days are counted from the first key.</summary>
public sealed class KeyScheduleTests
{
    // 90 days, one day, and two days with five minutes.
    private readonly KeySchedule schedule = new(new());

    [Fact]
    public void The_first_key_signs_at_once()
    {
        Assert.Equal((null, 0), Turn([], 0));
        Assert.Equal(("a", null), Turn([Key("a", 0)], 0));
    }

    [Fact]
    public void The_next_is_due_a_day_before_it_signs()
    {
        Assert.Equal(("a", null), Turn([Key("a", 0)], 88.9));
        Assert.Equal(("a", 90), Turn([Key("a", 0)], 89));
        Assert.Equal(("a", null), Turn([Key("a", 0), Key("b", 90)], 89));
        Assert.Equal(("a", null), Turn([Key("a", 0), Key("b", 90)], 89.9));
        Assert.Equal(("b", null), Turn([Key("a", 0), Key("b", 90)], 90));
    }

    /// <summary>Nobody ran when it was due. The old one signs for one more day, because nobody knows the new one yet.</summary>
    [Fact]
    public void A_key_that_comes_late_is_published_as_long_as_any_other() => Assert.Equal(("a", 201), Turn([Key("a", 0)], 200));

    [Fact]
    public void A_key_verifies_until_the_last_token_that_it_signed_has_expired()
    {
        StoredKey[] keys = [Key("a", 0), Key("b", 90)];

        Assert.Equal([KeyPhase.Signing, KeyPhase.Published], Phases(keys, 89.9));
        Assert.Equal([KeyPhase.Verifying, KeyPhase.Signing], Phases(keys, 90));
        // A day that a token may live, a day that a node may not have noticed, and five minutes for clocks.
        Assert.Equal([KeyPhase.Verifying, KeyPhase.Signing], Phases(keys, 92.003));
        Assert.Equal([KeyPhase.Expired, KeyPhase.Signing], Phases(keys, 92.004));
        Assert.Equal(At(92) + TimeSpan.FromMinutes(5), schedule.EndOf(keys[0], keys));
        Assert.Null(schedule.EndOf(keys[1], keys));
    }

    [Fact]
    public void Algorithms_do_not_mix()
    {
        StoredKey[] keys = [Key("a", 0), Key("rsa", 10) with { Algorithm = "RS256" }];

        Assert.Equal(("a", null), Turn(keys, 20));
        Assert.Equal("rsa", schedule.TurnOf("RS256", keys, _ => true, At(20)).Signer!.Id);
        Assert.Equal(new(null, At(20)), schedule.TurnOf("EdDSA", keys, _ => true, At(20)));
        Assert.Equal([KeyPhase.Signing, KeyPhase.Signing], Phases(keys, 20));
    }

    [Fact]
    public void A_planned_replacement_is_published_first()
    {
        var asked = Key("a", 0) with { Replacement = KeyReplacement.Planned };

        Assert.Equal(("a", 11), Turn([asked], 10));
        Assert.Equal(("a", null), Turn([asked, Key("b", 11)], 10.5));
        Assert.Equal(("b", null), Turn([asked, Key("b", 11)], 11));
    }

    [Fact]
    public void A_replacement_at_once_signs_at_once()
    {
        var asked = Key("a", 0) with { Replacement = KeyReplacement.AtOnce };

        Assert.Equal(("a", 10), Turn([asked], 10));
        Assert.Equal(("b", null), Turn([asked, Key("b", 10)], 10));
        // One that waits for its time is known to some already.
        Assert.Equal(("b", null), Turn([asked, Key("b", 10.7)], 10));
    }

    [Fact]
    public void When_a_key_is_retired_another_takes_over()
    {
        StoredKey a = Key("a", 0), b = Key("b", 90);
        var retired = b with { RetiredAt = At(91) };

        // The one before it still verifies, so everybody knows it; its own successor is overdue.
        Assert.Equal(("a", 92), Turn([a, retired], 91));
        Assert.Equal([KeyPhase.Signing, KeyPhase.Retired], Phases([a, retired], 91));
        // The one after it, before its time; or a new one.
        Assert.Equal(("b", null), Turn([a with { RetiredAt = At(89.5) }, b], 89.5));
        Assert.Equal((null, 5), Turn([a with { RetiredAt = At(5) }], 5));
        Assert.Equal(At(93) + TimeSpan.FromMinutes(5), schedule.EndOf(retired, [a, retired]));
    }

    [Fact]
    public void A_key_that_cannot_be_opened_is_passed_over()
    {
        StoredKey a = Key("a", 0), b = Key("b", 90);

        Assert.Equal(("a", null), Turn([a, b], 89.5, cannotOpen: "b", expectNext: false));
        Assert.Equal(("b", null), Turn([a, b], 90, cannotOpen: "a"));
        Assert.Equal((null, 3), Turn([a], 3, cannotOpen: "a"));
    }

    /// <summary>Two groups of nodes that cannot open each other's keys: the others will forget ours two days after theirs took over, so it must not sign that long.</summary>
    [Fact]
    public void A_key_that_others_went_on_from_is_replaced() => Assert.Equal(("a", 12), Turn([Key("a", 0), Key("b", 10)], 11, cannotOpen: "b"));

    [Fact]
    public void Of_two_that_begin_together_the_later_one_signs() => Assert.Equal(("b", null), Turn([Key("a", 0), Key("b", 0)], 1));

    [Fact]
    public void What_changes_by_itself_is_known_beforehand()
    {
        StoredKey[] keys = [Key("a", 0), Key("b", 90)];

        Assert.Equal(At(90), schedule.NextChange(keys, At(89.5)));
        Assert.Equal(At(92) + TimeSpan.FromMinutes(5), schedule.NextChange(keys, At(90)));
        Assert.Null(schedule.NextChange(keys, At(93)));
    }

    /// <summary>Whatever the history: one signs, it is published, and every token that any node may have signed still verifies until it expires.</summary>
    [Fact]
    public void In_any_history_what_was_signed_verifies_until_it_expires()
    {
        List<StoredKey> keys = [];
        var signed = new List<(string Key, double Expires)>();
        var made = 0;
        for (var day = 0.0; day < 1000; day += 0.25)
        {
            var turn = schedule.TurnOf("ES256", keys, _ => true, At(day));
            if (turn.NextSignsFrom is { } from) keys.Add(Key($"{++made}", (from - At(0)).TotalDays));
            // A node that does not look at the store for a day signs with what it knew.
            if (schedule.TurnOf("ES256", [.. keys.Where(key => key.CreatedAt <= At(day - 1))], _ => true, At(day)).Signer is { } lagging) signed.Add((lagging.Id, day + 1));
            signed.Add((schedule.TurnOf("ES256", keys, _ => true, At(day)).Signer!.Id, day + 1));
            signed.RemoveAll(token => token.Expires < day);
            Assert.All(signed, token => Assert.True(keys.Find(key => key.Id == token.Key) is { } key && schedule.PhaseOf(key, keys, At(day)) is KeyPhase.Signing or KeyPhase.Verifying));
            keys.RemoveAll(key => schedule.EndOf(key, keys) <= At(day));
            Assert.InRange(keys.Count, 1, 3);
        }
        Assert.Equal(12, made);
    }

    private static DateTimeOffset At(double day) => KeyNode.Start.AddDays(day);

    /// <summary>Made a day before it signs, as all but the first are.</summary>
    private static StoredKey Key(string id, double day) => new(id, "ES256", "{}", default, At(Math.Max(0, day - 1)), At(day));

    private (string? Signer, double? NextSignsOn) Turn(StoredKey[] keys, double day, string? cannotOpen = null, bool expectNext = true)
    {
        var turn = schedule.TurnOf("ES256", keys, key => key.Id != cannotOpen, At(day));
        return (turn.Signer?.Id, expectNext ? (turn.NextSignsFrom - At(0))?.TotalDays : null);
    }

    private IEnumerable<KeyPhase> Phases(StoredKey[] keys, double day) => keys.Select(key => schedule.PhaseOf(key, keys, At(day)));
}
