using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

public sealed class DatabaseFaults(Stage stage)
{
    [Fact]
    public async Task Nothing_is_lost_when_the_database_is_killed_and_started_again()
    {
        var ordeal = await stage.PrepareAsync("the database is killed, and started again after 3 s");
        await ordeal.RunAsync(async strike =>
        {
            await stage.Cluster.Postgres.KillPrimaryAsync();
            await strike.WaitAsync(3);
            await stage.Cluster.Postgres.StartPrimaryAsync();
        });
    }

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_when_the_standby_takes_over()
    {
        var ordeal = await stage.PrepareAsync("the database dies and its standby takes over");
        await ordeal.RunAsync(async strike =>
        {
            if (stage.Cluster.Postgres.Standby is null) await stage.Cluster.Postgres.AddStandbyAsync();
            await stage.Cluster.Postgres.FailOverAsync();
            await strike.WaitAsync(1);
        });
        await stage.Cluster.Postgres.AddStandbyAsync(TestContext.Current.CancellationToken);
    }
}
