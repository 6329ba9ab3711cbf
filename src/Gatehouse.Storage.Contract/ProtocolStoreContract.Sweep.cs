using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>A spent refresh token that is shown again means theft, until it expires: so it has to be known that long. The same with its receipt.</summary>
    [Fact]
    public async Task Sweeping_leaves_what_has_not_expired_spent_or_not()
    {
        var (family, spent) = await StartedAsync(expiresAt: Now.AddMinutes(1));
        var unspent = NewArtifact(family, expiresAt: Now.AddMinutes(1));
        Assert.True(await Store.TryRedeemAsync(spent, [unspent], receipt, Now, Ct));
        await SweepAllAsync(spent.ExpiresAt.AddMilliseconds(-1));
        AssertSame(spent with { SpentAt = Now, Receipt = receipt }, await Store.FindAsync(spent.Id, Ct));
        AssertSame(unspent, await Store.FindAsync(unspent.Id, Ct));
        Assert.Equal(family, await Store.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>What has expired is found until it is swept, so that the refusal can say why; then it is gone.</summary>
    [Fact]
    public async Task Sweeping_removes_expired_artifacts_and_leaves_their_family_until_it_expires_too()
    {
        var (family, artifact) = await StartedAsync(expiresAt: Now.AddMinutes(1));
        Assert.NotNull(await Store.FindAsync(artifact.Id, Ct));
        await SweepAllAsync(artifact.ExpiresAt.AddMilliseconds(1));
        await AssertNotFoundAsync(artifact);
        Assert.Equal(family, await Store.FindFamilyAsync(family.Id, Ct));
        await SweepAllAsync(family.ExpiresAt.AddMilliseconds(1));
        Assert.Null(await Store.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>Signed tokens outlive nothing, but they are checked by their family until the last of them expires.</summary>
    [Fact]
    public async Task Sweeping_does_not_forget_a_revocation_before_its_family_expires()
    {
        var (family, artifact) = await StartedAsync(expiresAt: Now.AddMinutes(1));
        await Store.RevokeFamilyAsync(family.Id, Now, Ct);
        await SweepAllAsync(family.ExpiresAt.AddMilliseconds(-1));
        Assert.Equal(Now, (await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
        await AssertNotFoundAsync(artifact);
    }

    /// <summary>A sweep in small steps must not take the family first: with it goes the knowledge that it was revoked.</summary>
    [Fact]
    public async Task Between_two_steps_of_a_sweep_nothing_revoked_is_found_and_no_artifact_without_its_family()
    {
        await SweepAllAsync(Now);
        var expiry = Now.AddMinutes(-1);
        Family revoked = NewFamily() with { ExpiresAt = expiry }, alive = NewFamily() with { ExpiresAt = expiry };
        Artifact[] dead = [.. Enumerable.Range(0, 4).Select(_ => NewArtifact(revoked, expiresAt: expiry))], live = [.. Enumerable.Range(0, 4).Select(_ => NewArtifact(alive, expiresAt: expiry))];
        await Store.StartAsync(revoked, dead, Ct);
        await Store.StartAsync(alive, live, Ct);
        await Store.RevokeFamilyAsync(revoked.Id, Now.AddMinutes(-2), Ct);
        do
        {
            await AssertNotFoundAsync(dead);
            foreach (var artifact in live)
                if (await Store.FindAsync(artifact.Id, Ct) is not null)
                    Assert.NotNull(await Store.FindFamilyAsync(alive.Id, Ct));
        }
        while (await Store.SweepAsync(Now, 1, Ct) > 0);
        await AssertNotFoundAsync(live);
        Assert.Null(await Store.FindFamilyAsync(revoked.Id, Ct));
    }

    /// <summary>A sweeper works in small steps so that it holds no lock for long, and stops when a step finds nothing: both need the count to be true.</summary>
    [Fact]
    public async Task Sweeping_removes_at_most_the_limit_and_says_how_many()
    {
        await SweepAllAsync(Now);
        var rows = await ExpireAsync(families: 3, artifactsEach: 4, keys: 5);
        var swept = 0;
        while (await NodeOf(swept).SweepAsync(Now, 4, Ct) is > 0 and var step)
        {
            Assert.InRange(step, 1, 4);
            swept += step;
        }
        Assert.Equal(rows, swept);
    }

    /// <summary>A proof stays used for as long as it would be accepted, and its row goes after that.</summary>
    [Fact]
    public async Task A_key_is_forgotten_after_its_time_and_not_before()
    {
        var key = NewName("jti");
        Assert.True(await Store.TryRememberAsync(key, Now.AddMinutes(5), Ct));
        await SweepAllAsync(Now.AddMinutes(5).AddMilliseconds(-1));
        Assert.False(await Store.TryRememberAsync(key, Now.AddMinutes(5), Ct));
        await SweepAllAsync(Now.AddMinutes(5).AddMilliseconds(1));
        Assert.True(await Store.TryRememberAsync(key, Now.AddMinutes(10), Ct));
    }

    /// <summary>Every node sweeps, while clients refresh: nobody fails, nothing is counted twice, and nothing that lives is lost.</summary>
    [Fact]
    public async Task Sweepers_on_many_nodes_and_callers_who_redeem_do_not_disturb_each_other()
    {
        await SweepAllAsync(Now);
        var rows = await ExpireAsync(families: 20, artifactsEach: 10, keys: 100);
        var started = new List<(Family Family, Artifact Artifact)>();
        for (var i = 0; i < Callers; i++) started.Add(await StartedAsync());

        var swept = await RaceAsync(async caller =>
        {
            var (sweeping, removed) = (caller % 4 == 3, 0);
            var (family, artifact) = started[caller];
            for (var i = 0; i < 10; i++)
            {
                if (sweeping) removed += await NodeOf(caller / 4).SweepAsync(Now, 7, Ct);
                else
                {
                    var successor = NewArtifact(family);
                    Assert.True(await NodeOf(caller).TryRedeemAsync(artifact, [successor], receipt, Now, Ct));
                    artifact = successor;
                }
            }
            AssertSame(artifact, await NodeOf(caller + 1).FindAsync(artifact.Id, Ct));
            return removed;
        });
        Assert.Equal(rows, swept.Sum() + await SweepAllAsync(Now));
    }

    private async Task<int> SweepAllAsync(DateTimeOffset now)
    {
        var swept = 0;
        while (await Store.SweepAsync(now, 1000, Ct) is > 0 and var step) swept += step;
        return swept;
    }

    /// <summary>Puts expired things into the store and says how many rows they are.</summary>
    private async Task<int> ExpireAsync(int families, int artifactsEach, int keys)
    {
        for (var i = 0; i < families; i++)
        {
            var family = NewFamily() with { ExpiresAt = Now.AddMinutes(-1) };
            await Store.StartAsync(family, [.. Enumerable.Range(0, artifactsEach).Select(_ => NewArtifact(family, expiresAt: Now.AddMinutes(-2)))], Ct);
        }
        for (var i = 0; i < keys; i++) await Store.TryRememberAsync(NewName("jti"), Now.AddMinutes(-1), Ct);
        return families + families * artifactsEach + keys;
    }
}
