using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>A proof is used once, on whichever node it is shown again.</summary>
    [Fact]
    public Task A_key_is_new_once() => ReplayGuardRules.NewOnceAsync(Store, OtherNode, NewName("jti é 😀"), Now, Ct);

    /// <summary>Keys are compared by ordinal, whole.</summary>
    [Fact]
    public Task A_key_in_other_letters_is_another_key() => ReplayGuardRules.ComparedByOrdinalAsync(Store, NewName("jti-a"), Now, Ct);

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
