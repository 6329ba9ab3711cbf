namespace Gatehouse.Counts;

/// <summary>What a request allocates, in bytes: a count that is the same on a busy machine and on a quiet one, so that a build can be refused for it.</summary>
public sealed class AllocationTests
{
    private const string Refusal = "refusal";

    private const int WarmUps = 300, Requests = 500, Rounds = 5;

    public static TheoryData<string> Operations { get; } = ["authorize", "call", "client_credentials", "code exchange", "code exchange with an ID token", "introspection", "password", "refresh", Refusal];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Operations))]
    public async Task An_operation_allocates_no_more_than_its_budget(string operation)
    {
        Assert.False(AppContext.TryGetSwitch("System.Runtime.TieredCompilation", out var tiered) && tiered, "What is compiled twice allocates twice: see Gatehouse.Counts.csproj.");
#if DEBUG
        Assert.Fail("Budgets are for a Release build: a Debug build allocates each async method's state. Run ./test Gatehouse.Counts.");
#endif
        await using var provider = await Provider.StartAsync(isFull: operation == Refusal);
        Task<long> counting;
        // Without the test's own context, which would make that of each request larger.
        using (ExecutionContext.SuppressFlow()) counting = Task.Factory.StartNew(() => Count(provider, operation), Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var bytes = await counting;
        TestContext.Current.TestOutputHelper!.WriteLine($"{operation}: {bytes} bytes");
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1")
        {
            var budgets = Budgets.Read();
            budgets.AllocatedBytes[operation] = bytes;
            budgets.Write();
        }
        Assert.Null(Budgets.Read().Complain(operation, bytes));
    }

    [Fact]
    public void Who_exceeds_a_budget_is_told_what_grew_and_what_to_do()
    {
        var budgets = new Budgets(0.03, new() { ["refresh"] = 1000 });
        Assert.Null(budgets.Complain("refresh", 1030));
        Assert.Contains("refresh allocates 1100 bytes per request, 10.0", budgets.Complain("refresh", 1100), StringComparison.Ordinal);
        Assert.Contains("has no budget", budgets.Complain("logout", 1), StringComparison.Ordinal);
    }

    /// <summary>
    /// What one thread allocates that does nothing else: five rounds of some operations are over in 50 ms, and whatever else the process does meanwhile would be counted in all of them. The least of a few rounds, because stores
    /// in memory grow now and then.
    /// </summary>
    private static long Count(Provider provider, string operation)
    {
        var least = long.MaxValue;
        for (var round = -1; round < Rounds; round++)
        {
            var requests = PrepareAsync(provider, operation, round < 0 ? WarmUps : Requests).GetAwaiter().GetResult();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var elsewhere = 0;
            foreach (var request in requests)
            {
                var answer = request();
                if (!answer.IsCompleted) elsewhere++;
                answer.GetAwaiter().GetResult();
            }
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round < 0) continue;
            Assert.True(elsewhere == 0, $"{elsewhere} of {requests.Count} requests went on on another thread, which is not counted.");
            least = Math.Min(least, bytes / Requests);
        }
        return least;
    }

    /// <summary>Everything that an operation needs is made beforehand, and one answer is looked at: an operation that fails is cheap.</summary>
    private static async Task<List<Func<Task>>> PrepareAsync(Provider provider, string operation, int count)
    {
        if (operation == Refusal)
        {
            Assert.Equal(503, (await provider.ClientCredentialsAsync()).Status);
            return [.. Enumerable.Repeat<Func<Task>>(provider.ClientCredentialsAsync, count)];
        }
        var requests = new List<Func<Task>>(count);
        var tokens = await provider.PasswordAsync();
        Assert.Equal(200, tokens.Status);
        var (access, refresh) = (tokens.Member("access_token"), tokens.Member("refresh_token"));
        for (var i = 0; i < count; i++)
            requests.Add(operation switch
            {
                "authorize" => () => provider.AuthorizeAsync("api"),
                "call" => () => provider.CallAsync(access),
                "client_credentials" => provider.ClientCredentialsAsync,
                "code exchange" => await ExchangeAsync("api"),
                "code exchange with an ID token" => await ExchangeAsync("openid%20api"),
                "introspection" => () => provider.IntrospectAsync(access),
                "password" => provider.PasswordAsync,
                _ => async () => refresh = (await provider.RefreshAsync(refresh)).Member("refresh_token"),
            });
        if (operation == "authorize") Assert.Equal(303, (await provider.AuthorizeAsync("api")).Answer.Status);
        if (operation == "call") Assert.Equal(200, (await provider.CallAsync(access)).Status);
        if (operation == "introspection") Assert.Contains("\"active\":true", (await provider.IntrospectAsync(access)).Body, StringComparison.Ordinal);
        if (operation == "client_credentials") Assert.Equal(200, (await provider.ClientCredentialsAsync()).Status);
        return requests;

        async Task<Func<Task>> ExchangeAsync(string scope)
        {
            var (answer, verifier) = await provider.AuthorizeAsync(scope);
            var code = answer.Code;
            return async () => Assert.Equal(200, (await provider.ExchangeAsync(code, verifier)).Status);
        }
    }
}
