using Gatehouse.Growth;
using Gatehouse.Growth.Asked;

if (args is [Node.Command, var store, var connection])
{
    await Node.RunAsync(store, connection);
    return 0;
}
return await Bench.Command().Parse(args).InvokeAsync();
