using Gatehouse.Load;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;

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

    await using var database = options.Targets.Any(target => target.Store is Store.PostgreSql) ? await Database.StartAsync() : null;
    using var driver = new DriverProcess();
    Console.WriteLine(Report.Heading);
    var all = await new Bench(options, database, driver).RunAsync();
    Report.Write(all, options, Machine.Describe(database?.Version));
    return all.Exists(series => series.Failures > 0) ? 2 : 0;
}
