using Microsoft.Extensions.Options;

namespace Gatehouse.Storage;

/// <summary>
/// How long, and in what numbers, requests wait for the database. Binds from <c>Gatehouse:Store</c>; in code: <c>services.Configure&lt;StoreLimits&gt;(…)</c>. Honoured by the stores of
/// <c>Gatehouse.EntityFrameworkCore</c>; a store of your own may read it.
/// </summary>
public sealed class StoreLimits
{
    /// <summary>
    /// How long a request may wait for its stores, all calls together (<see cref="StoreTime"/>); outside of requests, how long one call may take. Default 5 seconds: far more than a database that is well needs, and less than clients wait before they give up (10 to 60 seconds), so that
    /// they get an answer instead of silence: 503 <c>temporarily_unavailable</c> with <c>Retry-After</c>. From 1 second to 1 minute.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many calls of one kind may wait while all that go to the database together are on their way. Default 4096: a database that answers 10,000 calls a second clears them in half a second. Who comes
    /// then is told at once that the store is busy: 503 with <c>Retry-After</c>. From 1 to 1,000,000.
    /// </summary>
    public int MaxWaiting { get; set; } = 4096;
}

/// <summary>Stops the app at start with the option's name and the fix.</summary>
internal sealed class StoreLimitsValidator : IValidateOptions<StoreLimits>
{
    public ValidateOptionsResult Validate(string? name, StoreLimits options)
    {
        var failures = new List<string>();
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(1))
            failures.Add($"Gatehouse:Store:Timeout is {options.Timeout}. Set it between 00:00:01 and 00:01:00. (gatehouse explain 7005)");
        if (options.MaxWaiting is < 1 or > 1_000_000)
            failures.Add($"Gatehouse:Store:MaxWaiting is {options.MaxWaiting}. Set it between 1 and 1000000. (gatehouse explain 7005)");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
