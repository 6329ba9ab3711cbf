using Gatehouse.Cluster.Processes;
using Gatehouse.Faults.Rig;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Faults;

/// <summary>One node, its database a file.</summary>
public sealed class SqliteFaults
{
    [Fact]
    public async Task Nothing_is_lost_when_the_disk_is_full()
    {
        using var leftovers = new Leftovers();
        using var disk = SmallDisk.Mount(leftovers, megabytes: 24);
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(disk.Folder, "gatehouse.db") }.ConnectionString;
        await using var node = new Node(leftovers, "node1", url => Stage.NodeOptions.With(
            KeyValuePair.Create("ConnectionStrings:Gatehouse", connection), KeyValuePair.Create("Gatehouse:DataFolder", disk.Folder),
            KeyValuePair.Create("Gatehouse:Issuer", url.GetLeftPart(UriPartial.Authority)), KeyValuePair.Create("Gatehouse:RequireHttps", "false")), inside: null);
        await node.StartAsync(TestContext.Current.CancellationToken);

        await new Ordeal("the disk is full for 6 s (SQLite)", [node], node.Url, () => SqliteFactory.Instance.CreateDataSource(connection)).RunAsync(async strike =>
        {
            disk.Fill();
            await strike.WaitAsync(6);
            disk.Empty();
        });
    }
}
