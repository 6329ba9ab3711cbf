using Gatehouse.EntityFrameworkCore.PostgreSql;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

public sealed class GatheredTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly List<int[]> sent = [];
    private readonly SemaphoreSlim arrivals = new(0);
    private readonly Gathered<int, int> gathered;
    private TaskCompletionSource<Func<int, int>> line = new();

    public GatheredTests() => gathered = new(
        async calls =>
        {
            lock (sent) sent.Add([.. calls.Select(waiting => waiting.Call)]);
            arrivals.Release();
            var answer = await line.Task;
            return [.. calls.Select(waiting => answer(waiting.Call))];
        },
        clock);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_finds_room_leaves_at_once_and_who_comes_later_goes_together()
    {
        var (first, second) = await OccupyAsync();
        var waiting = Enumerable.Range(3, 20).Select(call => gathered.AskAsync(call, Ct)).ToList();
        line.SetResult(call => call * 10);
        Assert.Equal(Enumerable.Range(1, 22).Select(call => call * 10), await Task.WhenAll([first, second, .. waiting]));
        Assert.InRange(sent.Count, 3, 2 + 20 / 2);
        Assert.Equal(Enumerable.Range(1, 22), sent.SelectMany(calls => calls).Order());
    }

    [Fact]
    public async Task When_the_database_refuses_a_statement_each_call_is_sent_again_alone_and_fails_for_itself_only()
    {
        var (first, second) = await OccupyAsync();
        var waiting = Enumerable.Range(3, 8).Select(call => gathered.AskAsync(call, Ct)).ToList();
        line.SetResult(call => call == 5 ? throw new PostgresException("taken", "ERROR", "ERROR", "23505") : call);
        await Task.WhenAll(first, second);
        await Assert.ThrowsAsync<PostgresException>(() => waiting[2]);
        waiting.RemoveAt(2);
        var others = await Task.WhenAll(waiting);
        Assert.Equal([3, 4, 6, 7, 8, 9, 10], others);
    }

    /// <summary>It may have been carried out: whoever asks again must be the caller, who knows what that means.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_line_breaks_everybody_on_it_hears_of_it_and_nothing_is_sent_again(bool shutdown)
    {
        var (first, second) = await OccupyAsync();
        var waiting = Enumerable.Range(3, 8).Select(call => gathered.AskAsync(call, Ct)).ToList();
        line.SetResult(_ => throw (shutdown ? new PostgresException("terminating connection", "FATAL", "FATAL", "57P01") : new NpgsqlException("broken")));
        foreach (var task in (Task[])[first, second, .. waiting]) await Assert.ThrowsAnyAsync<NpgsqlException>(() => task);
        Assert.Equal(Enumerable.Range(1, 10), sent.SelectMany(calls => calls).Order());
        line = new();
        line.SetResult(call => call);
        Assert.Equal(11, await gathered.AskAsync(11, Ct));
    }

    [Fact]
    public async Task Who_has_gone_or_has_waited_too_long_is_not_sent()
    {
        var (first, second) = await OccupyAsync();
        using var gone = new CancellationTokenSource();
        var leaver = gathered.AskAsync(3, gone.Token);
        var late = gathered.AskAsync(4, Ct);
        clock.Advance(TimeSpan.FromSeconds(16));
        var punctual = gathered.AskAsync(5, Ct);
        await gone.CancelAsync();
        line.SetResult(call => call);
        await Task.WhenAll(first, second, punctual);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        Assert.Equal([1, 2, 5], sent.SelectMany(calls => calls).Order());
    }

    public void Dispose() => arrivals.Dispose();

    private async Task<(Task<int> First, Task<int> Second)> OccupyAsync()
    {
        var first = gathered.AskAsync(1, Ct);
        Assert.True(await arrivals.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        var second = gathered.AskAsync(2, Ct);
        Assert.True(await arrivals.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        return (first, second);
    }
}
