using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IReplayGuard"/>, for one that is no <see cref="IProtocolStore"/>. A guard that breaks one of them lets a stolen proof in a second time.</summary>
public abstract class ReplayGuardContract : StoreContract<IReplayGuard>
{
    /// <summary>A proof is used once, on whichever node it is shown again.</summary>
    [Fact]
    public Task A_key_is_new_once() => ReplayGuardRules.NewOnceAsync(Store, OtherNode, NewName("jti é 😀"), Now, Ct);

    /// <summary>Keys are compared by ordinal, whole.</summary>
    [Fact]
    public Task A_key_in_other_letters_is_another_key() => ReplayGuardRules.ComparedByOrdinalAsync(Store, NewName("jti-a"), Now, Ct);

    /// <summary>However long: a key may hold what a stranger sent.</summary>
    [Fact]
    public async Task A_long_key_is_compared_whole()
    {
        var start = NewName("jti") + new string('a', 4000);
        Assert.True(await Store.TryRememberAsync(start + "b", Now.AddMinutes(5), Ct));
        Assert.True(await Store.TryRememberAsync(start + "c", Now.AddMinutes(5), Ct));
        Assert.False(await OtherNode.TryRememberAsync(start + "b", Now.AddMinutes(5), Ct));
    }

    /// <summary>A proof that is replayed a hundred times in the same instant is accepted once.</summary>
    [Fact]
    public async Task A_key_is_remembered_once_however_many_bring_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = NewName("jti");
            var won = await RaceAsync(async caller => await NodeOf(caller).TryRememberAsync(key, Now.AddMinutes(5), Ct));
            Assert.Single(won, true);
        }
    }
}
