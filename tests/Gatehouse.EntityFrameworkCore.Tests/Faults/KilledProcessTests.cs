using System.Diagnostics;
using Gatehouse.Storage;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

public sealed class SqliteKilledProcessTests() : KilledProcessRules("sqlite", new SqliteDatabase());

public sealed class PostgreSqlKilledProcessTests() : KilledProcessRules("postgresql", new PostgreSqlDatabase());

/// <summary>A node is killed in the middle of its work, without a chance to tidy up, and another one, or itself after a restart, goes on.</summary>
public abstract class KilledProcessRules : IAsyncLifetime
{
    private const int Artifacts = 120;

    private readonly string provider;
    private readonly StoreDatabase database;

    private protected KilledProcessRules(string provider, StoreDatabase database) => (this.provider, this.database) = (provider, database);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IProtocolStore Store => database.Node<IProtocolStore>();

    [Fact, Trait("SR", "SR-045"), Trait("SR", "SR-063")]
    public async Task A_process_that_is_killed_after_a_redemption_leaves_no_double_token_and_the_next_one_goes_on()
    {
        var started = await StartAsync();
        // Killed at another moment of its work each time; the machine decides where exactly.
        for (var round = 0; round < 2; round++)
        {
            var mine = started.Skip(round * Artifacts / 2).Take(Artifacts / 2).ToList();
            var (first, second) = (mine.Select(_ => NewId()).ToList(), mine.Select(_ => NewId()).ToList());
            var said = await RunAsync(mine, first, killAfter: mine.Count / 4 + round * mine.Count / 3);
            Assert.DoesNotContain(said, line => line.StartsWith("lost", StringComparison.Ordinal));
            var wonBefore = said.Count(line => line.StartsWith("won", StringComparison.Ordinal));
            Assert.InRange(wonBefore, 1, mine.Count - 1);

            var saidAfter = await RunAsync(mine, second);
            for (var i = 0; i < mine.Count; i++)
            {
                var found = await Store.FindAsync(mine[i].Id, Ct);
                Assert.NotNull(found?.SpentAt);
                Assert.NotNull(found.Receipt);
                var (fromFirst, fromSecond) = (await Store.FindAsync(first[i], Ct) is not null, await Store.FindAsync(second[i], Ct) is not null);
                Assert.True(fromFirst ^ fromSecond, $"{mine[i].Id} has {(fromFirst ? "two successors" : "none")}.");
                // What the killed process had said stands; the second one won exactly where the first had not.
                if (said.Contains($"won {mine[i].Id}")) Assert.True(fromFirst);
                if (!said.Contains($"spending {mine[i].Id}")) Assert.True(fromSecond);
                Assert.Contains($"{(fromSecond ? "won" : "lost")} {mine[i].Id}", saidAfter);
            }
        }
    }

    [Fact, Trait("SR", "SR-045")]
    public async Task Of_two_processes_that_redeem_the_same_one_wins_each()
    {
        var started = await StartAsync();
        var (first, second) = (started.Select(_ => NewId()).ToList(), started.Select(_ => NewId()).ToList());
        var said = await Task.WhenAll(RunAsync(started, first), RunAsync(started, second));
        for (var i = 0; i < started.Count; i++)
        {
            var won = said.Select(lines => lines.Contains($"won {started[i].Id}")).ToList();
            Assert.Single(won, true);
            Assert.Equal(won[0], await Store.FindAsync(first[i], Ct) is not null);
            Assert.Equal(won[1], await Store.FindAsync(second[i], Ct) is not null);
        }
    }

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string NewId() => NewArtifact(NewFamily()).Id;

    private async Task<List<Artifact>> StartAsync()
    {
        var family = NewFamily();
        var artifacts = Enumerable.Range(0, Artifacts).Select(_ => NewArtifact(family)).ToList();
        await Store.StartAsync(family, artifacts, Ct);
        return artifacts;
    }

    /// <summary>Has a process of its own redeem artifacts, and returns what it said until it ended or was killed.</summary>
    private async Task<HashSet<string>> RunAsync(List<Artifact> artifacts, List<string> successors, int killAfter = int.MaxValue)
    {
        var worker = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gatehouse.FaultWorker.dll"), provider, database.ConnectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(worker)!;
        var errors = process.StandardError.ReadToEndAsync(Ct);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(Ct));
        // One that is to be killed gets a little more to do than it will finish, so that it is never idle then, and never done.
        var lines = artifacts.Zip(successors, static (artifact, successor) => $"{artifact.Id} {successor}").Take(killAfter == int.MaxValue ? killAfter : killAfter + 10);
        var feeding = Task.Run(() => FeedAsync(process.StandardInput, lines, close: killAfter == int.MaxValue), Ct);

        var said = new HashSet<string>(StringComparer.Ordinal);
        var answers = 0;
        while (await process.StandardOutput.ReadLineAsync(Ct) is { } line)
        {
            said.Add(line);
            if (!line.StartsWith("spending", StringComparison.Ordinal) && ++answers == killAfter) process.Kill();
        }
        await process.WaitForExitAsync(Ct);
        await feeding;
        if (killAfter == int.MaxValue) Assert.True(process.ExitCode == 0, await errors);
        return said;
    }

    private static async Task FeedAsync(StreamWriter input, IEnumerable<string> lines, bool close)
    {
        try
        {
            foreach (var line in lines) await input.WriteLineAsync(line);
            await input.FlushAsync();
            if (close) input.Close();
        }
        catch (IOException)
        {
            // It was killed, as intended.
        }
    }
}
