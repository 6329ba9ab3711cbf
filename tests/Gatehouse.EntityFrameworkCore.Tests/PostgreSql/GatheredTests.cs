using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Storage;
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
        new StoreLimits { Timeout = TimeSpan.FromSeconds(5), MaxWaiting = 100 },
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
    public async Task What_a_request_waits_for_an_answer_it_has_less_for_the_next_one()
    {
        StoreTime.Start();
        var asked = gathered.AskAsync(1, Ct);
        await arrivals.WaitAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(4));
        line.SetResult(call => call);
        await asked;
        Assert.Equal(TimeSpan.FromSeconds(4), StoreTime.OfRequest!.Waited);

        line = new();
        asked = gathered.AskAsync(2, Ct);
        await arrivals.WaitAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        await Assert.ThrowsAsync<TimeoutException>(() => asked);
        Assert.Equal(TimeSpan.FromSeconds(5.5), StoreTime.OfRequest.Waited);

        // Nothing is left, and nothing is sent.
        await Assert.ThrowsAsync<TimeoutException>(() => gathered.AskAsync(3, Ct));
        Assert.Equal(2, sent.Count);
        line.SetResult(call => call);
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
        clock.Advance(TimeSpan.FromSeconds(3));
        var punctual = gathered.AskAsync(4, Ct);
        await gone.CancelAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        // Told as soon as the watchman comes by, although nothing has come back.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        line.SetResult(call => call);
        await Task.WhenAll(first, second, punctual);
        Assert.Equal([1, 2, 4], sent.SelectMany(calls => calls).Order());
    }

    /// <summary>Whether the line broke, the database hangs or the driver does: nobody waits longer than the limit, on the way or in the queue, and what is new finds a way at once.</summary>
    [Fact, Trait("SR", "SR-225")]
    public async Task What_does_not_come_back_in_time_is_given_up_and_others_take_its_place()
    {
        var (first, second) = await OccupyAsync();
        var early = gathered.AskAsync(3, Ct);
        clock.Advance(TimeSpan.FromSeconds(3));
        var late = gathered.AskAsync(4, Ct);
        var hung = line;
        line = new();
        clock.Advance(TimeSpan.FromSeconds(3));
        foreach (var overdue in (Task[])[first, second, early]) await Assert.ThrowsAsync<TimeoutException>(() => overdue);
        // It was not late when room was made for it.
        Assert.True(await arrivals.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        var next = gathered.AskAsync(5, Ct);
        line.SetResult(call => call * 10);
        Assert.Equal((40, 50), (await late, await next));
        // Those that come back after all change nothing.
        hung.SetResult(call => call);
        Assert.Equal(60, await gathered.AskAsync(6, Ct));
        Assert.Equal([1, 2, 4, 5, 6], sent.SelectMany(calls => calls).Order());
    }

    [Fact, Trait("SR", "SR-225")]
    public async Task Who_finds_the_queue_full_is_told_at_once()
    {
        var (first, second) = await OccupyAsync();
        var waiting = Enumerable.Range(3, 100).Select(call => gathered.AskAsync(call, Ct)).ToList();
        await Assert.ThrowsAsync<ServerBusyException>(() => gathered.AskAsync(103, Ct));
        line.SetResult(call => call);
        await Task.WhenAll([first, second, .. waiting]);
        Assert.Equal(104, await gathered.AskAsync(104, Ct));
    }

    /// <summary>One after the other, after an error of one of them: whoever is late by then is not sent alone any more.</summary>
    [Fact]
    public async Task Those_that_are_sent_again_alone_have_no_more_time_than_others()
    {
        var (first, second) = await OccupyAsync();
        var waiting = Enumerable.Range(3, 8).Select(call => gathered.AskAsync(call, Ct)).ToList();
        var alone = 0;
        line.SetResult(call =>
        {
            if (call < 3) return call;
            // The first time together, which fails; then alone, and the first of them takes all the time that there is.
            if (Interlocked.Increment(ref alone) <= 2) throw new PostgresException("taken", "ERROR", "ERROR", "23505");
            clock.Advance(TimeSpan.FromSeconds(6));
            return call;
        });
        // One lane may come back and spend all the time while the other is still on its way: what becomes of these two is not the question.
        await Record.ExceptionAsync(() => Task.WhenAll(first, second));
        var outcomes = await Task.WhenAll(waiting.Select(task => Record.ExceptionAsync(() => task).AsTask()));
        Assert.Contains(outcomes, outcome => outcome is TimeoutException);
        Assert.True(sent.SelectMany(calls => calls).Count() < 2 + 8 + 8);
    }

    public void Dispose()
    {
        gathered.Dispose();
        arrivals.Dispose();
    }

    private async Task<(Task<int> First, Task<int> Second)> OccupyAsync()
    {
        var first = gathered.AskAsync(1, Ct);
        Assert.True(await arrivals.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        var second = gathered.AskAsync(2, Ct);
        Assert.True(await arrivals.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        return (first, second);
    }
}
