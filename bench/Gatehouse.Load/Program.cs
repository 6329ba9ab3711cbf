using Gatehouse.Load;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;
using Gatehouse.Load.Nodes;
using Gatehouse.Load.Overloading;
using Gatehouse.Load.Redis;
using Gatehouse.Load.StartUp;

if (args is [DriverProcess.Command])
{
    DriverProcess.Serve();
    return 0;
}
return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(Options options)
{
    if (Parts.Missing(options.Targets) is { Count: > 0 } missing)
    {
        foreach (var part in missing) Console.Error.WriteLine("Missing: " + part);
        return 1;
    }

    await using var database = await Database.StartAsync();
    using var driver = new DriverProcess();
    var (machine, failures) = (Machine.Describe(database.Version), 0L);
    if (options.Includes("rows"))
    {
        Console.WriteLine(Report.Heading);
        var all = await new Bench(options, database, driver).RunAsync();
        failures += all.Sum(series => series.Failures);
        Report.Write("rows", $"{machine}\n{Report.Rows(all, options)}", options);
    }
    if (options.Includes("nodes"))
    {
        var all = await new MixedLoad(options, database, driver).RunAsync();
        failures += all.Sum(mixed => mixed.Runs.Sum(run => run.Failures));
        Report.Write("nodes", $"{machine}\n{Report.Conditions(all.SelectMany(mixed => mixed.Runs), options)}\n{NodesReport.Write(all)}", options);
    }
    if (options.Includes("start-up")) Report.Write("start-up", $"{machine}\n\n{await new StartUp(options, database).RunAsync()}", options);
    if (options.Includes("memory")) Report.Write("memory", $"{machine}\n\n{await new Memory(options, database, driver).RunAsync()}", options);
    if (options.Includes("overload"))
    {
        var all = await new Overload(options, database, driver).RunAsync();
        failures += all.Failures;
        Report.Write("overload", $"{machine}\n{OverloadReport.Write(all, options)}", options, "overload.md");
    }
    if (options.Includes("redis"))
    {
        var calls = new CachedCalls(options, database, driver);
        Report.Write("redis", $"{machine}\n{await calls.RunAsync()}", options, "redis.md");
        failures += calls.Failures;
    }
    return failures > 0 ? 2 : 0;
}
